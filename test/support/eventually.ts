/** Waits for a condition instead of for a time. */

export interface EventuallyOptions {
  /** Give up after this long, in ms. */
  readonly timeoutMs?: number;
}

/** So many looks follow each other turn by turn. What has not come by then leaves the processor to those that it waits for. */
const HASTY_LOOKS = 100;
const PAUSE_MS = 1;
// Taken before a test can fake it.
const { setImmediate, setTimeout } = globalThis;

/** Repeats `probe` until it returns without throwing; then its value, else its last error. */
export async function eventually<T>(probe: () => T | Promise<T>, { timeoutMs = 10_000 }: EventuallyOptions = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let look = 1; ; look++) {
    // However long the process stood still, what happened meanwhile is looked at once more.
    const isLast = performance.now() > deadline;
    try {
      return await probe();
    } catch (error) {
      if (isLast) throw error;
      await new Promise((resolve) => (look < HASTY_LOOKS ? setImmediate(resolve) : setTimeout(resolve, PAUSE_MS)));
    }
  }
}
