/** What a line in the composer means: a message, or a command that begins with a slash. */

export type Command =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'join'; readonly room: string }
  | { readonly kind: 'leave' }
  | { readonly kind: 'announce'; readonly text: string }
  | { readonly kind: 'kick'; readonly userId: string; readonly reason: string }
  | { readonly kind: 'help' }
  /** A command that is not one, or that lacks something. */
  | { readonly kind: 'unclear'; readonly hint: string };

/** What can be written, and what it does. */
export const COMMAND_HELP: readonly (readonly [usage: string, meaning: string])[] = [
  ['/join <room>', 'join or start a room'],
  ['/leave', 'leave this room'],
  ['/announce <text>', 'tell everybody who is connected'],
  ['/kick <user> <reason>', 'send somebody away (administrators only)'],
  ['//text', 'write a message that begins with a slash'],
  ['/help', 'show this list'],
];

/** @returns undefined for a line that says nothing */
export function parseCommand(line: string): Command | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  if (!text.startsWith('/')) return { kind: 'say', text };
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) };
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case 'join':
      return rest === '' ? { kind: 'unclear', hint: 'Write /join and the name of a room.' } : { kind: 'join', room: rest };
    case 'leave':
      return { kind: 'leave' };
    case 'announce':
      return rest === ''
        ? { kind: 'unclear', hint: 'Write /announce and what you want to tell everybody.' }
        : { kind: 'announce', text: rest };
    case 'kick': {
      const [, userId = '', reason = ''] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
      return userId === '' ? { kind: 'unclear', hint: 'Write /kick, a user and a reason.' } : { kind: 'kick', userId, reason };
    }
    case 'help':
      return { kind: 'help' };
    default:
      return { kind: 'unclear', hint: `There is no command /${name}. Write /help to see all.` };
  }
}
