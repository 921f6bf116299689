/** Looks at JSON text without building values from it, in one pass and without recursion. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Index of the quote that ends the string which begins at `start`; the text's length if there is none. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** How the nesting of a text compares to a bound; `broken` means that its brackets cannot belong to valid JSON. */
export type Nesting = 'within' | 'too-deep' | 'broken';

/**
 * Measures nesting before anything is parsed, so that a hostile frame costs one pass over its characters.
 * Only texts that go beyond the bound are looked at to the end.
 */
export function measureNesting(text: string, maxDepth: number): Nesting {
  // Each level needs an opening and a closing character: shorter texts cannot be too deep.
  if (text.length <= 2 * maxDepth) return 'within';
  let depth = 0;
  let tooDeep = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      i = endOfString(text, i);
      if (i === text.length) return 'broken';
    } else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      if (++depth > maxDepth) tooDeep = true;
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) {
      if (--depth < 0) return 'broken';
    }
  }
  if (depth !== 0) return 'broken';
  return tooDeep ? 'too-deep' : 'within';
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

/** True if a JSON number or literal can end before this character. */
export function endsToken(char: number): boolean {
  return char === COMMA || char === CLOSE_BRACE || char === CLOSE_BRACKET || isSpace(char);
}

/** Index of the first character at or after `from` that is not white space. */
export function skipSpace(text: string, from: number): number {
  let i = from;
  while (isSpace(text.charCodeAt(i))) i++;
  return i;
}

/**
 * The text of the `id` members, with the digits that were sent: of the object that is the text (`level` 1), or of each
 * element of the array that is the text (`level` 2; undefined where an element has none). The text must be valid JSON.
 * A repeated member counts as JSON.parse counts it: the last one wins.
 */
export function idTokens(text: string, level: 1 | 2): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  let current: string | undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth++;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth--;
    } else if (char === COMMA && depth === 1 && level === 2) {
      tokens.push(current);
      current = undefined;
    } else if (char === QUOTE) {
      const end = endOfString(text, i);
      const colon = skipSpace(text, end + 1);
      const isKey = depth === level && text.charCodeAt(colon) === COLON;
      if (isKey && isIdKey(text, i, end)) {
        const start = skipSpace(text, colon + 1);
        const stop = endOfScalar(text, start);
        current = stop === start ? undefined : text.slice(start, stop);
        i = stop - 1;
      } else {
        i = end;
      }
    }
  }
  tokens.push(current);
  return tokens;
}

/** End of the scalar that begins at `start`; `start` itself if an object or an array begins there. */
export function endOfScalar(text: string, start: number): number {
  const char = text.charCodeAt(start);
  if (char === OPEN_BRACE || char === OPEN_BRACKET) return start;
  if (char === QUOTE) return endOfString(text, start) + 1;
  let end = start;
  while (end < text.length && !endsToken(text.charCodeAt(end))) end++;
  return end;
}

/** A key may be written with escapes: `"\u0069d"` is `id` too. */
function isIdKey(text: string, start: number, end: number): boolean {
  return keyAt(text, start, end) === 'id';
}

/** The name of a member whose key stands between these quotes. */
export function keyAt(text: string, start: number, end: number): string {
  const raw = text.slice(start, end + 1);
  return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
}
