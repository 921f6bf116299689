/** A token bucket as arithmetic on demand: it has no timer and no clock, time comes in as a value. */

/** How much a bucket holds and how fast it fills. */
export interface BucketOptions {
  /** Most tokens that it holds: the largest burst. */
  readonly capacity: number;
  /** Tokens that come back in a second; may be a fraction. */
  readonly refillPerSec: number;
}

export class TokenBucket {
  // All that must be remembered: when it is full again, if nothing else is taken. A new bucket is full.
  private fullAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: BucketOptions) {}

  /**
   * Looks without taking.
   * @param nowMs on a clock that does not go back
   * @returns 0 if the tokens are there, else after how many ms they will be, if nothing else is taken: a whole number
   * @throws {RangeError} if the bucket can never hold so many tokens
   */
  waitMs(nowMs: number, cost = 1): number {
    if (cost > this.options.capacity) {
      throw new RangeError(`A bucket that holds ${this.options.capacity} tokens can never give ${cost}`);
    }
    const missingMs = this.missingMs(nowMs, cost);
    if (missingMs <= 0) return 0;
    const waitMs = Math.ceil(missingMs);
    // Sums of fractions may round up: whoever waits as told must not be sent away again.
    return this.missingMs(nowMs + waitMs, cost) > 0 ? waitMs + 1 : waitMs;
  }

  /** Takes the tokens if they are there, else nothing. @returns the same as {@link waitMs} */
  take(nowMs: number, cost = 1): number {
    const waitMs = this.waitMs(nowMs, cost);
    if (waitMs === 0) this.fullAtMs = Math.max(this.fullAtMs, nowMs) + (cost * 1000) / this.options.refillPerSec;
    return waitMs;
  }

  /** Puts tokens back that were taken in vain. */
  giveBack(cost = 1): void {
    this.fullAtMs -= (cost * 1000) / this.options.refillPerSec;
  }

  /** True if it is as good as a new one. */
  isFull(nowMs: number): boolean {
    return this.fullAtMs <= nowMs;
  }

  /** True if it will be full sooner than the other; both must fill equally fast. */
  isFullerThan(other: TokenBucket): boolean {
    return this.fullAtMs < other.fullAtMs;
  }

  /** The time that the missing tokens take; 0 or less if none are missing. Never grows while time goes on. */
  private missingMs(nowMs: number, cost: number): number {
    const { capacity, refillPerSec } = this.options;
    return Math.max(0, this.fullAtMs - nowMs) - ((capacity - cost) * 1000) / refillPerSec;
  }
}
