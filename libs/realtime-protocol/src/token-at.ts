/** Finds the text of one value in a JSON text by the way that leads to it. */
import { endOfScalar, endOfString, keyAt, skipSpace } from './scan-json.js';

/**
 * The text of the scalar at the end of a path of member names and indexes, with the digits that were sent; undefined if there is
 * none. The text must be valid JSON. A repeated member counts as JSON.parse counts it: the last one wins.
 */
export function tokenAt(text: string, path: readonly (string | number)[]): string | undefined {
  let at = skipSpace(text, 0);
  for (const step of path) {
    const next = typeof step === 'number' ? elementAt(text, at, step) : memberAt(text, at, step);
    if (next === undefined) return undefined;
    at = next;
  }
  const end = endOfScalar(text, at);
  return end === at ? undefined : text.slice(at, end);
}

function memberAt(text: string, object: number, name: string): number | undefined {
  if (text[object] !== '{') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, object + 1);
  while (text[at] === '"') {
    const keyEnd = endOfString(text, at);
    const value = skipSpace(text, skipSpace(text, keyEnd + 1) + 1);
    if (keyAt(text, at, keyEnd) === name) found = value;
    at = afterSeparator(text, endOfAny(text, value));
  }
  return found;
}

function elementAt(text: string, array: number, index: number): number | undefined {
  if (text[array] !== '[') return undefined;
  let at = skipSpace(text, array + 1);
  for (let i = 0; i < index && at < text.length; i++) at = afterSeparator(text, endOfAny(text, at));
  return at < text.length ? at : undefined;
}

function afterSeparator(text: string, end: number): number {
  return skipSpace(text, skipSpace(text, end) + 1);
}

/** End of the value that begins at `start`, containers included. */
function endOfAny(text: string, start: number): number {
  const scalarEnd = endOfScalar(text, start);
  if (scalarEnd !== start) return scalarEnd;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i);
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return i + 1;
  }
  return text.length;
}
