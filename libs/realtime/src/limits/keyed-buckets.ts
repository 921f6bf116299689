/**
 * Buckets that are shared by everybody with the same key. A full bucket is as good as none, so only those that are not full are
 * kept: coming back does not fill a bucket, and being away for long enough frees it.
 */
import type { BucketOptions } from './token-bucket.js';
import { TokenBucket } from './token-bucket.js';

/** Most keys that are remembered, if nothing else is said. */
export const MAX_KEYS = 100_000;

/** Among how many buckets one is chosen to make room: the fullest of a few is good enough and costs the same however many there are. */
const CANDIDATES = 8;

export class KeyedBuckets {
  private readonly buckets = new Map<string, TokenBucket>();
  // Goes round and round, so that every bucket is looked at in its turn. Made when there is no room and given up when there may be
  // some: one that stands still keeps every table that the map has outgrown since, with all that was in them.
  private round: MapIterator<[string, TokenBucket]> | undefined;

  constructor(
    private readonly options: BucketOptions,
    private readonly maxKeys: number = MAX_KEYS,
  ) {}

  /** Keys that are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** @see TokenBucket.waitMs */
  waitMs(key: string, nowMs: number, cost: number): number {
    return this.buckets.get(key)?.waitMs(nowMs, cost) ?? 0;
  }

  /** @see TokenBucket.take */
  take(key: string, nowMs: number, cost: number): number {
    let bucket = this.buckets.get(key);
    if (!bucket) {
      if (this.buckets.size >= this.maxKeys) this.makeRoom();
      this.buckets.set(key, (bucket = new TokenBucket(this.options)));
    }
    return bucket.take(nowMs, cost);
  }

  /** @see TokenBucket.giveBack */
  giveBack(key: string, cost: number): void {
    this.buckets.get(key)?.giveBack(cost);
  }

  /** Forgets the keys whose buckets are full again. */
  sweep(nowMs: number): void {
    this.round = undefined;
    for (const [key, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(key);
  }

  /** Forgets the one that loses least by it. */
  private makeRoom(): void {
    let chosen = this.next();
    for (let count = 1; count < CANDIDATES; count++) {
      const candidate = this.next();
      if (candidate && chosen && candidate[1].isFullerThan(chosen[1])) chosen = candidate;
    }
    if (chosen) this.buckets.delete(chosen[0]);
  }

  private next(): [string, TokenBucket] | undefined {
    let step = this.round?.next();
    if (!step || step.done === true) {
      this.round = this.buckets.entries();
      step = this.round.next();
    }
    return step.done === true ? undefined : step.value;
  }
}
