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
/** How many members of an object are named that was thrown. */
const MAX_NAMES = 10;
const MAX_STACK_CHARACTERS = 100_000;
const MAX_PLACES = 50;
/** Of how many faults that failed together the log tells. */
const MAX_TOGETHER = 5;

/** To ask whether it is an Error may throw as well: a proxy can. */
export function isError(fault: unknown): fault is Error {
  try {
    return fault instanceof Error;
  } catch {
    // Survived: whatever it is, it is no Error that anybody could read.
    return false;
  }
}

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

/**
 * The places of a stack, without the message that stands before them and may have lines that look like places. Of a stack that was
 * written before its message was changed, the last lines that are places.
 */
function placesOf(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const [stack, message] = [String(fault.stack ?? ''), String(fault.message)];
  const at = stack.indexOf(message);
  const lines = stack
    .slice(at === -1 ? 0 : at + message.length, MAX_STACK_CHARACTERS)
    .trimEnd()
    .split('\n');
  const isPlace = (line: string): boolean => /^\s+at \S/.test(line);
  const places = at === -1 ? lines.slice(lines.findLastIndex((line) => !isPlace(line)) + 1) : lines.filter(isPlace);
  return places.slice(0, MAX_PLACES).join('\n');
}

/** Members of an object are named and not shown: they may be secrets, as the headers of a request are. */
function shown(value: unknown): string {
  if (typeof value === 'function') return `function ${oneLine(value.name)}`;
  if (typeof value !== 'object' || value === null) return oneLine(`${typeof value} ${inspect(value)}`, MAX_CHARACTERS);
  const names = Object.keys(value);
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : '';
  const { code, message } = value as { readonly code?: unknown; readonly message?: unknown };
  const word = typeof code === 'string' || typeof code === 'number' ? `, code ${code}` : '';
  const sentence = typeof message === 'string' ? `: ${message}` : '';
  return oneLine(`object { ${names.slice(0, MAX_NAMES).join(', ')}${more} }${word}${sentence}`, MAX_CHARACTERS);
}
