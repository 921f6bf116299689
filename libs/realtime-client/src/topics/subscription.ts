/** One topic: who holds it, what the server thinks, and who waits for the two to agree. */
import { Waiters } from '../base/waiters.js';
import type { Hold } from './hold.js';
import { UnsubscribedError } from './hold.js';

/** What a topic's own subscription has to say. */
export type SubscriptionEvent =
  /** The state of the topic when the server began to push it, after every break as well. What follows has happened since. */
  | { readonly kind: 'snapshot'; readonly topic: string; readonly state: unknown }
  /** Listened to again after a break: what was pushed from `sinceMs` to `untilMs` (Unix time) may be missing. */
  | { readonly kind: 'gap'; readonly topic: string; readonly reason: string; readonly sinceMs: number; readonly untilMs: number }
  /** Not listened to although it was wanted, and held by nobody any more: the server refused, or did not answer. */
  | { readonly kind: 'ended'; readonly topic: string; readonly error: Error };

export class Subscription {
  /** What the server thinks, as far as is known; `doubtful` if its answer could not be understood or did not come. */
  phase: 'out' | 'joining' | 'in' | 'leaving' | 'doubtful' = 'out';
  /** Since when pushes may be missing, as a Unix time; undefined while none are. */
  private lostAtMs: number | undefined;
  private readonly holds = new Set<Hold>();
  /** Those who wait until the topic is left. */
  private readonly leaves = new Waiters();

  constructor(readonly topic: string) {}

  get wanted(): boolean {
    return this.holds.size > 0;
  }

  get holders(): number {
    return this.holds.size;
  }

  /** It was listened to until the connection broke, and has not been again since. */
  get isLost(): boolean {
    return this.lostAtMs !== undefined;
  }

  /** The oldest holder that came without a listener. */
  get plainHold(): Hold | undefined {
    return [...this.holds].find(({ listener }) => !listener);
  }

  add(hold: Hold): void {
    this.holds.add(hold);
    this.leaves.settle();
    if (this.phase === 'in') hold.confirmed();
  }

  /** Settles when the server has let go of the topic, at once while others hold it. */
  async release(hold: Hold): Promise<void> {
    this.holds.delete(hold);
    hold.unanswered(new UnsubscribedError(this.topic));
    if (!this.wanted && this.phase !== 'out') await this.leaves.wait();
  }

  /** The server said yes. @returns what its listeners are to be told */
  accepted(nowMs: number): SubscriptionEvent | undefined {
    const { topic, lostAtMs } = this;
    this.phase = 'in';
    this.lostAtMs = undefined;
    for (const hold of this.holds) hold.confirmed();
    if (!this.wanted || lostAtMs === undefined) return undefined;
    return { kind: 'gap', topic, reason: 'reconnected', sinceMs: lostAtMs, untilMs: nowMs };
  }

  /**
   * The server said no, or nothing that can be understood.
   * @param unsure it may have joined the topic all the same: it is to be left
   * @returns what its listeners are to be told; nothing if all who hold it have waited for this answer
   */
  refused(error: Error, unsure: boolean): SubscriptionEvent | undefined {
    const holds = [...this.holds];
    const isNews = holds.some(({ isAnswered }) => isAnswered);
    this.holds.clear();
    this.lostAtMs = undefined;
    if (unsure) this.phase = 'doubtful';
    else this.left();
    for (const hold of holds) hold.refused(error);
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

  /** Nobody will ask the server in the near future: who waits is told, and holds the topic all the same. */
  failWaiting(error: Error): void {
    for (const hold of this.holds) hold.unanswered(error);
  }
}
