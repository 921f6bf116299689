/** Makes text that somebody else chose fit to stand in a line of a log: one line, no escape sequences, not too long. */

const MAX_CHARACTERS = 128;
/** Controls of ASCII and Latin-1, line and paragraph separators, marks that turn the direction of writing, halves of surrogate pairs. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

export function oneLine(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
  return shown.replace(UNFIT, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`);
}
