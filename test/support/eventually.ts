/** Waits for a condition instead of for a time. */

export interface EventuallyOptions {
  /** Give up after this long, in ms. */
  readonly timeoutMs?: number;
}

/** Repeats `probe` until it returns without throwing; then its value, else its last error. */
export async function eventually<T>(probe: () => T | Promise<T>, { timeoutMs = 10_000 }: EventuallyOptions = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
