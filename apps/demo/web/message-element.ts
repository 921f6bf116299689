/** Makes the element of one line of a conversation. */
import { COMMAND_HELP } from './commands.js';
import { make, paintAvatar } from './element.js';
import type { Line } from './room-book.js';
import { clock, clockWithSeconds, fullTime } from './wording.js';

/** Messages of one person within this long stand together under one name. */
const GROUP_MS = 5 * 60_000;

/** What can be done with a message that was not sent. */
export interface FailedMessageActions {
  readonly again: (line: Line) => void;
  readonly discard: (line: Line) => void;
}

type Spoken = Extract<Line, { readonly from: string }>;

/** @param before the line above it */
export function elementOf(line: Line, before: Line | undefined, me: string | undefined, actions: FailedMessageActions): HTMLLIElement {
  switch (line.kind) {
    case 'message':
    case 'outgoing':
      return message(line, startsGroup(line, before), line.from === me, actions);
    case 'announcement':
      return announcement(line);
    case 'gap':
      return gap(`Messages between ${clockWithSeconds(line.sinceMs)} and ${clockWithSeconds(line.untilMs)} may be missing`);
    case 'note':
      return make('li', 'note', line.text);
    case 'help':
      return help();
  }
}

function startsGroup(line: Spoken, before: Line | undefined): boolean {
  const isSpoken = before?.kind === 'message' || before?.kind === 'outgoing';
  return !isSpoken || before.from !== line.from || line.at - before.at > GROUP_MS;
}

function message(line: Spoken, isFirst: boolean, isOwn: boolean, actions: FailedMessageActions): HTMLLIElement {
  const item = make('li', 'message');
  item.dataset['own'] = String(isOwn);
  item.dataset['first'] = String(isFirst);
  const avatar = make('span', 'avatar');
  avatar.setAttribute('aria-hidden', 'true');
  paintAvatar(avatar, line.from);
  item.append(avatar, head(line, isOwn), text(line));
  if (line.kind !== 'outgoing') return item;
  item.dataset['status'] = line.problem === undefined ? 'sending' : 'failed';
  item.append(line.problem === undefined ? make('p', 'message-status', 'Sending…') : failure(line, line.problem, actions));
  return item;
}

function head({ from, at }: Spoken, isOwn: boolean): HTMLParagraphElement {
  const element = make('p', 'message-head');
  const time = make('time', 'message-time', clock(at));
  time.dateTime = new Date(at).toISOString();
  time.title = fullTime(at);
  element.append(make('span', 'message-from', isOwn ? 'You' : from), time);
  return element;
}

function text(line: Spoken): HTMLParagraphElement {
  const element = make('p', 'message-text', line.text);
  element.title = fullTime(line.at);
  return element;
}

function failure(line: Line, problem: string, { again, discard }: FailedMessageActions): HTMLParagraphElement {
  const element = make('p', 'message-status', problem);
  for (const [label, act] of [
    ['Send again', again],
    ['Discard', discard],
  ] as const) {
    const button = make('button', 'link-button', label);
    button.type = 'button';
    button.addEventListener('click', () => act(line));
    element.append(button);
  }
  return element;
}

function announcement(line: Spoken): HTMLLIElement {
  const item = make('li', 'announcement');
  const to = head(line, false);
  to.firstElementChild?.after(make('span', 'message-time', 'to everybody'));
  item.append(to, text(line));
  return item;
}

function gap(words: string): HTMLLIElement {
  const item = make('li', 'gap');
  item.append(make('span', '', words));
  return item;
}

function help(): HTMLLIElement {
  const item = make('li', 'note');
  const list = make('dl', 'commands');
  for (const [usage, meaning] of COMMAND_HELP) {
    const term = make('dt');
    term.append(make('code', '', usage));
    list.append(term, make('dd', '', meaning));
  }
  item.append(list);
  return item;
}
