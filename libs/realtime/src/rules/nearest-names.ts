/** Which names somebody may have meant who wrote one that does not exist. */

/** More than these would be a list to read and not a hint. */
const MOST_NAMES = 5;

/** A whole part of a name, such as `FRAME_BYTES` of `LIMITS_FRAME_BYTES`, is nearer than two slips of the pen. */
const DISTANCE_OF_PART = 1.5;

/**
 * The names that are nearest to what was written; none if nothing is near.
 * @param names words joined by underscores
 */
export function nearestNames(written: string, names: readonly string[]): readonly string[] {
  const distances = names.map((name) => Math.min(editDistance(written, name), isPart(written, name) ? DISTANCE_OF_PART : Infinity));
  const least = Math.min(...distances);
  // Two slips, or one in four letters of a long name; but never so many that nothing of what was written is left.
  const most = Math.min(Math.max(2, Math.floor(written.length / 4)), written.length - 1);
  return least > most ? [] : names.filter((_name, index) => distances[index] === least).slice(0, MOST_NAMES);
}

function isPart(words: string, name: string): boolean {
  return `_${name}_`.includes(`_${words}_`);
}

/** How many letters must be put in, taken out or replaced to make one word of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    let diagonal = i;
    const next = [i + 1];
    for (let j = 1; j <= to.length; j++) {
      const replaced = diagonal + (letter === to[j - 1] ? 0 : 1);
      diagonal = row[j] as number;
      next.push(Math.min(replaced, diagonal + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
