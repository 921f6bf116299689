/** Quantiles of durations in constant space: a count for each eighth of an octave, whatever is measured. */

const STEPS_PER_OCTAVE = 8;
/** Durations below are counted as this one, in ms. */
const SMALLEST_MS = 0.001;
/** From one microsecond to about one hour. */
const OCTAVES = 32;

export class LatencyHistogram {
  private readonly counts = new Uint32Array(OCTAVES * STEPS_PER_OCTAVE);
  private total = 0;

  get count(): number {
    return this.total;
  }

  add(durationMs: number): void {
    const step = Math.floor(Math.log2(Math.max(durationMs, SMALLEST_MS) / SMALLEST_MS) * STEPS_PER_OCTAVE);
    const index = Math.min(step, this.counts.length - 1);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total++;
  }

  /**
   * The duration in ms that this share of all was not longer than; at most a tenth too long.
   * @param share within 0..1
   * @returns 0 if nothing was measured
   */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.total * share));
    let seen = 0;
    for (const [index, count] of this.counts.entries()) {
      seen += count;
      if (seen >= wanted && count > 0) return SMALLEST_MS * 2 ** ((index + 1) / STEPS_PER_OCTAVE);
    }
    return 0;
  }
}
