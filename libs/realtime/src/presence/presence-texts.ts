/** What nodes write to each other of who is there: read with care, and cut into pieces that every broker takes. */
import type { PresenceEntry } from './topic-presence.js';

/** What a node has in one topic, or a part of it. */
export type TopicState = readonly [topic: string, version: number, entries: readonly PresenceEntry[]];

/** Of a text; in UTF-8 they are three times as many bytes at most, and NATS takes 1 MB. */
const MAX_CHARACTERS = 128 * 1024;

/** @returns undefined if it is none: whoever writes to the broker can write anything */
export function entriesOf(text: string): readonly PresenceEntry[] | undefined {
  const entries = parsed(text);
  return areEntries(entries) ? entries : undefined;
}

/** @returns undefined if it is none */
export function statesOf(text: string): TopicState[] | undefined {
  const states = parsed(text);
  return Array.isArray(states) && states.every(isState) ? states : undefined;
}

/** At least one, which may be empty. */
export function slicesOf(entries: readonly PresenceEntry[]): PresenceEntry[][] {
  let slice: PresenceEntry[] = [];
  const slices = [slice];
  let characters = 0;
  for (const entry of entries) {
    const length = lengthOf(entry);
    if (characters + length > MAX_CHARACTERS && slice.length > 0) {
      slices.push((slice = []));
      characters = 0;
    }
    slice.push(entry);
    characters += length;
  }
  return slices;
}

/** Each holds several topics, or a part of one. */
export function partsOf(states: readonly TopicState[]): TopicState[][] {
  const parts: TopicState[][] = [];
  let characters = Infinity;
  for (const [topic, version, entries] of states) {
    for (const slice of slicesOf(entries)) {
      const length = slice.reduce((sum, entry) => sum + lengthOf(entry), topic.length);
      if (characters + length > MAX_CHARACTERS) {
        parts.push([]);
        characters = 0;
      }
      parts.at(-1)?.push([topic, version, slice]);
      characters += length;
    }
  }
  return parts;
}

/** About; keys and topics may hold characters that JSON writes as six. */
function lengthOf(entry: PresenceEntry): number {
  return JSON.stringify(entry).length + 1;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // translated: it is nothing
  }
}

function isState(state: unknown): state is TopicState {
  if (!Array.isArray(state)) return false;
  const [topic, version, entries] = state as unknown[];
  return typeof topic === 'string' && Number.isSafeInteger(version) && areEntries(entries);
}

function areEntries(entries: unknown): entries is PresenceEntry[] {
  return Array.isArray(entries) && entries.every(isEntry);
}

function isEntry(entry: unknown): boolean {
  if (!Array.isArray(entry)) return false;
  const [member, sessions, attributes] = entry as unknown[];
  const isPlain = typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes);
  return typeof member === 'string' && Number.isSafeInteger(sessions) && (attributes === undefined || isPlain);
}
