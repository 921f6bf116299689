/** All topics that the application wants, or that the server has not let go of yet. */
import { CallFailedError } from 'nestjs-realtime-protocol';
import type { Hold } from './hold.js';
import { Subscription } from './subscription.js';

export class WishList {
  private readonly subscriptions = new Map<string, Subscription>();

  /** @param max most topics on the list, and most holders of one topic */
  constructor(private readonly max: number) {}

  find(topic: string): Subscription | undefined {
    return this.subscriptions.get(topic);
  }

  /** @returns the topic that it holds now @throws {CallFailedError} TOO_MANY_CALLS if the list is full, or the topic has too many holders */
  add(hold: Hold): Subscription {
    const { topic } = hold;
    const subscription = this.subscriptions.get(topic) ?? new Subscription(topic);
    if (subscription.holders >= this.max) throw new CallFailedError('TOO_MANY_CALLS', `More than ${this.max} hold the topic ${topic}`);
    if (this.subscriptions.size >= this.max && !this.subscriptions.has(topic)) {
      throw new CallFailedError('TOO_MANY_CALLS', `More than ${this.max} topics are wanted`);
    }
    this.subscriptions.set(topic, subscription);
    subscription.add(hold);
    return subscription;
  }

  /** The topics that are listened to now. */
  get joined(): string[] {
    return this.where(true, 'in').map(({ topic }) => topic);
  }

  /** What the server is to be asked for. */
  get missing(): Subscription[] {
    return this.where(true, 'out', 'doubtful');
  }

  /** What the server is to let go of. */
  get unwanted(): Subscription[] {
    return this.where(false, 'in', 'doubtful');
  }

  /** Takes it from the list if neither side holds it any more. */
  tidy({ topic, wanted, phase }: Subscription): void {
    if (!wanted && phase === 'out') this.subscriptions.delete(topic);
  }

  /** @param lastHeardAtMs when the last frame came, as a Unix time */
  disconnected(lastHeardAtMs: number): void {
    for (const subscription of this.all) {
      subscription.disconnected(lastHeardAtMs);
      this.tidy(subscription);
    }
  }

  /** Who waits is told. Everything that is held stays on the list, for the next connection. */
  failWaiting(error: Error): void {
    for (const subscription of this.all) subscription.failWaiting(error);
  }

  private where(isWanted: boolean, ...phases: readonly Subscription['phase'][]): Subscription[] {
    return this.all.filter(({ wanted, phase }) => wanted === isWanted && phases.includes(phase));
  }

  private get all(): Subscription[] {
    return [...this.subscriptions.values()];
  }
}
