/** Values of labels. None is taken from a peer as it is: what is not known here shares one value. */
import { Disconnect, RPC_ERRORS, reasonOfCode } from 'nestjs-realtime-protocol';

export const OTHER = 'other';

/** The rows of the table of close codes, and what RFC 6455 §7.1.5 says of a close frame without a code, or without a frame. */
export const CLOSE_CODES: readonly string[] = [
  ...Object.values(Disconnect).flatMap((row: unknown) => (row instanceof Disconnect ? [String(row.code)] : [])),
  '1005',
  '1006',
];
const KNOWN_CLOSE_CODES: ReadonlySet<string> = new Set(CLOSE_CODES);

export function closeCodeLabel(code: number): string {
  const text = String(code);
  return KNOWN_CLOSE_CODES.has(text) ? text : OTHER;
}

/** An error with a code of the application's own. */
export const APPLICATION_ERROR = 'Application';
/** Something failed outside of a call: a listener, a hook, a write. */
export const FAULT = 'Fault';

export const ERROR_TYPES: readonly string[] = [...Object.keys(RPC_ERRORS), APPLICATION_ERROR, FAULT];

export function errorTypeLabel(code: number): string {
  return reasonOfCode(code) ?? APPLICATION_ERROR;
}

/** Reasons of refused handshakes are words of the server; an application that makes up many of them shares one value for the rest. */
const MOST_REASONS = 32;

export class BoundedValues {
  private readonly known: Set<string>;

  constructor(known: readonly string[] = []) {
    this.known = new Set(known);
  }

  label(value: string): string {
    if (this.known.has(value)) return value;
    if (this.known.size >= MOST_REASONS) return OTHER;
    this.known.add(value);
    return value;
  }
}
