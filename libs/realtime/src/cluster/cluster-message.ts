/**
 * What nodes say to each other: a line of facts, then a finished text that is passed on as it is.
 * `1["type","node",seq,previous,…facts]` line feed, text. A node parses the line only.
 */

/** Of this library; a reader refuses what is newer than it knows. */
const VERSION = 1;
const BEGINNING = `${VERSION}[`;
/** Facts are read before anything is known of a message. A push that passes over 20,000 sessions fits. */
const MAX_HEADER_CHARACTERS = 1024 * 1024;
/** What every header has, before the facts of its type. */
const OWN_FACTS = 4;

export type Fact = string | number | boolean | null | readonly Fact[];

export interface ClusterMessage {
  readonly type: string;
  /** Id and generation of the node that sent it. */
  readonly sender: string;
  /** Counts what this sender has sent, over all channels. */
  readonly sequence: number;
  /** The sequence of what it sent before on the same channel; 0 if it does not know. */
  readonly previous: number;
  readonly facts: readonly unknown[];
  readonly text: string;
}

/** Why a message was not taken; labels of a metric. */
export type MessageFault = 'malformed' | 'version' | 'signed';

/** @throws {RangeError} if the facts are more than a node would read */
export function encodeMessage(
  type: string,
  sender: string,
  sequence: number,
  previous: number,
  facts: readonly Fact[],
  text: string,
): string {
  const header = JSON.stringify([type, sender, sequence, previous, ...facts]);
  if (header.length > MAX_HEADER_CHARACTERS) throw new RangeError(`the facts of a message have ${header.length} characters, too many`);
  return `${VERSION}${header}\n${text}`;
}

export function parseMessage(raw: string): ClusterMessage | MessageFault {
  const versionEnd = raw.indexOf('[');
  const fault = raw.startsWith(BEGINNING) ? undefined : versionFault(raw, versionEnd);
  if (fault) return fault;
  const lineEnd = raw.indexOf('\n');
  if (lineEnd < 0 || lineEnd - versionEnd > MAX_HEADER_CHARACTERS) return 'malformed';
  let header: unknown;
  try {
    header = JSON.parse(raw.slice(versionEnd, lineEnd));
  } catch {
    return 'malformed'; // translated: whoever writes to the broker can write anything
  }
  if (!Array.isArray(header)) return 'malformed';
  const [type, sender, sequence, previous] = header as unknown[];
  if (typeof type !== 'string' || typeof sender !== 'string' || sender === '') return 'malformed';
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(previous)) return 'malformed';
  const facts = (header as unknown[]).slice(OWN_FACTS);
  return { type, sender, sequence: sequence as number, previous: previous as number, facts, text: raw.slice(lineEnd + 1) };
}

function versionFault(raw: string, versionEnd: number): MessageFault | undefined {
  // By nodes with the setting sign, which this one does not have.
  if (/^s\d{1,4} /u.test(raw.slice(0, 6))) return 'signed';
  if (versionEnd < 1 || versionEnd > 4) return 'malformed';
  const version = Number(raw.slice(0, versionEnd));
  if (!Number.isInteger(version) || version < 1) return 'malformed';
  return version > VERSION ? 'version' : undefined;
}
