/** Medians and spreads of a few rounds. */

/** The middle of some numbers and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} if there is no number */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing');
  return (low + high) / 2;
}

/** @throws {RangeError} if there is no number */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** @param share of the values that are not larger, within 0..1 @throws {RangeError} if there is no number */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new RangeError('There is no percentile of nothing');
  return found;
}

/**
 * Each value as a share of the reference's value of the same round, so that what slows down a whole round falls out.
 * @throws {RangeError} if the two are not of the same rounds
 */
export function ratios(values: readonly number[], reference: readonly number[]): number[] {
  if (values.length !== reference.length) throw new RangeError(`${values.length} rounds cannot be compared with ${reference.length}`);
  return values.map((value, round) => value / (reference[round] as number));
}
