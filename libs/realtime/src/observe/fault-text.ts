/** What the log says of something that was thrown: whatever it is, and whoever chose its text. */
import { inspect } from 'node:util';
import { oneLine } from './one-line.js';

export interface FaultText {
  /** Name and message with those of its causes, in one line. */
  readonly text: string;
  /** The name of an Error; empty for anything else. */
  readonly name: string;
  /** The places of the fault and of its causes, without their messages. */
  readonly stack?: string;
}

/** Longest text of one fault that the log shows. */
const MAX_CHARACTERS = 1_000;
/** How far causes are followed. */
const MAX_CAUSES = 5;
/** Of how many faults that failed together the log tells. */
const MAX_TOGETHER = 5;

/** Anything can be thrown, also objects whose members throw when they are read. */
export function faultText(fault: unknown): FaultText {
  try {
    if (!(fault instanceof Error)) return { text: `thrown ${shown(fault)}`, name: '' };
    const chain = chainOf(fault);
    const text = chain.map((link, index) => `${index === 0 ? '' : '; caused by '}${headOf(link)}`).join('');
    const stack = chain
      .map((link, index) => `${index === 0 ? '' : `caused by ${headOf(link)}\n`}${placesOf(link)}`)
      .join('\n')
      .trimEnd();
    return { text, name: String(fault.name), ...(stack === '' ? {} : { stack }) };
  } catch {
    // Survived: a fault that cannot be described is still a fault.
    return { text: 'thrown value that cannot be described', name: '' };
  }
}

function chainOf(fault: Error): unknown[] {
  const chain: unknown[] = [fault];
  for (let link: unknown = fault.cause; link !== undefined && link !== null && chain.length <= MAX_CAUSES;) {
    if (chain.includes(link)) break;
    chain.push(link);
    link = link instanceof Error ? link.cause : undefined;
  }
  return chain;
}

function headOf(fault: unknown): string {
  if (!(fault instanceof Error)) return shown(fault);
  const head = oneLine(`${String(fault.name)}: ${String(fault.message)}`, MAX_CHARACTERS);
  if (!(fault instanceof AggregateError) || !Array.isArray(fault.errors)) return head;
  const more = fault.errors.length > MAX_TOGETHER ? `, and ${fault.errors.length - MAX_TOGETHER} more` : '';
  return `${head} [${fault.errors
    .slice(0, MAX_TOGETHER)
    .map((each: unknown) => (each instanceof AggregateError ? String(each.name) : headOf(each)))
    .join(', ')}${more}]`;
}

/** The places of a stack, without the message that stands before them and may have lines that look like places. */
function placesOf(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const [stack, message] = [String(fault.stack ?? ''), String(fault.message)];
  const at = stack.indexOf(message);
  return (at === -1 ? '' : stack.slice(at + message.length))
    .split('\n')
    .filter((line) => /^\s+at \S/.test(line))
    .join('\n');
}

function shown(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: MAX_CHARACTERS, maxArrayLength: 10 });
  return oneLine(`${typeof value} ${text}`, MAX_CHARACTERS);
}
