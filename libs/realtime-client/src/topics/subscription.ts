/** One topic: whether it is wanted, what the server thinks, and who waits for the two to agree. */
import { Waiters } from '../base/waiters.js';

/** What a topic's own subscription has to say. */
export type SubscriptionEvent =
  /** Listened to again after a break: what was pushed from `sinceMs` to `untilMs` (Unix time) may be missing. */
  | { readonly kind: 'gap'; readonly topic: string; readonly reason: string; readonly sinceMs: number; readonly untilMs: number }
  /** No longer listened to although it was wanted: the server refused, or did not answer. */
  | { readonly kind: 'ended'; readonly topic: string; readonly error: Error };

/** The topic was unsubscribed before the server had said whether it may be listened to. */
export class UnsubscribedError extends Error {
  override readonly name = 'UnsubscribedError';
  readonly code = 'UNSUBSCRIBED';
  constructor(topic: string) {
    super(`The topic ${topic} was unsubscribed before the server answered`);
  }
}

export class Subscription {
  wanted = true;
  /** What the server thinks, as far as is known. */
  phase: 'out' | 'joining' | 'in' | 'leaving' = 'out';
  /** Since when pushes may be missing, as a Unix time; undefined while none are. */
  private lostAtMs: number | undefined;
  /** Those who wait until the topic is listened to, or is left. */
  private readonly joins = new Waiters();
  private readonly leaves = new Waiters();

  constructor(readonly topic: string) {}

  /** It was listened to until the connection broke, and has not been again since. */
  get isLost(): boolean {
    return this.lostAtMs !== undefined;
  }

  /** Settles when the server has said yes or no. */
  want(): Promise<void> {
    this.wanted = true;
    this.leaves.settle();
    return this.phase === 'in' ? Promise.resolve() : this.joins.wait();
  }

  /** Settles when the server has let go of the topic. */
  unwant(): Promise<void> {
    this.wanted = false;
    this.joins.settle(new UnsubscribedError(this.topic));
    return this.phase === 'out' ? Promise.resolve() : this.leaves.wait();
  }

  /** The server said yes. @returns what its listeners are to be told */
  accepted(nowMs: number): SubscriptionEvent | undefined {
    const { topic, lostAtMs } = this;
    this.phase = 'in';
    this.lostAtMs = undefined;
    this.joins.settle();
    if (!this.wanted || lostAtMs === undefined) return undefined;
    return { kind: 'gap', topic, reason: 'reconnected', sinceMs: lostAtMs, untilMs: nowMs };
  }

  /**
   * The server said no, or nothing.
   * @param unsure it may have joined the topic all the same: it is to be left
   * @returns what its listeners are to be told; nothing if somebody waited, who hears of it so
   */
  refused(error: Error, unsure: boolean): SubscriptionEvent | undefined {
    const isNews = this.wanted && this.joins.size === 0;
    this.wanted = false;
    this.joins.settle(error);
    if (unsure) this.phase = 'in';
    else this.left();
    return isNews ? { kind: 'ended', topic: this.topic, error } : undefined;
  }

  /** The server does not push the topic. @param failure why that is not certain, for those who waited for it */
  left(failure?: Error): void {
    this.phase = 'out';
    this.leaves.settle(failure);
  }

  /** The connection is gone, and with it what the server knew. @param lastHeardAtMs until when pushes came for certain, as a Unix time */
  disconnected(lastHeardAtMs: number): void {
    if (this.phase === 'in' || this.phase === 'leaving') this.lostAtMs ??= lastHeardAtMs;
    this.left();
  }

  /** Nobody will ask the server in the near future. */
  failWaiting(error: Error): void {
    this.joins.settle(error);
  }
}
