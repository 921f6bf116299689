/** Finds the text of one value in a JSON text by the way that leads to it. */
import { endOfScalar, endOfString, keyAt, skipSpace } from './scan-json.js';

/**
 * The text of the scalar at the end of a path of member names, with the digits that were sent; undefined if there is none. The text must be
 * valid JSON. A repeated member counts as JSON.parse counts it: the last one wins.
 * @param start where the object begins
 */
export function tokenAt(text: string, start: number, path: readonly string[]): string | undefined {
  let at = skipSpace(text, start);
  for (const name of path) {
    const next = memberAt(text, at, name);
    if (next === undefined) return undefined;
    at = next;
  }
  const end = endOfScalar(text, at);
  return end === at ? undefined : text.slice(at, end);
}

/** Where the elements of the array begin that is the text; it must be valid JSON. */
export function elementStarts(text: string): number[] {
  const starts: number[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (at < text.length && text[at] !== ']') {
    starts.push(at);
    at = afterSeparator(text, endOfAny(text, at));
  }
  return starts;
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
