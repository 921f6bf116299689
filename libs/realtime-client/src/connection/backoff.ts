/** How long to wait before the next attempt to connect. */

export interface BackoffOptions {
  /** Bound of the first wait, in ms; it doubles with every failed attempt. @default 500 */
  readonly baseMs?: number;
  /** The bound grows no further than this, in ms. @default 20_000 */
  readonly maxMs?: number;
}

export const BACKOFF_DEFAULTS = Object.freeze({ baseMs: 500, maxMs: 20_000 }) satisfies Required<BackoffOptions>;

/**
 * Full jitter: anything between nothing and a bound that doubles, so that clients which were cut off together do not come back together.
 * @param attempt how many attempts have failed in a row, from 1
 * @param random within 0 and 1
 * @returns whole ms
 */
export function backoffMs(attempt: number, random: number, { baseMs, maxMs }: Required<BackoffOptions> = BACKOFF_DEFAULTS): number {
  // From 2 ** 1024 on the factor would be Infinity, which makes NaN of a base of 0.
  return Math.round(random * Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 1023)));
}
