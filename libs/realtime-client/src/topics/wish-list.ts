/** All topics that the application wants, or that the server has not let go of yet. */
import { CallFailedError } from 'nestjs-realtime-protocol';
import { Subscription } from './subscription.js';

export class WishList {
  private readonly subscriptions = new Map<string, Subscription>();

  /** @param max most topics on the list */
  constructor(private readonly max: number) {}

  find(topic: string): Subscription | undefined {
    return this.subscriptions.get(topic);
  }

  /** @throws {CallFailedError} TOO_MANY_CALLS if the list is full */
  findOrAdd(topic: string): Subscription {
    const known = this.subscriptions.get(topic);
    if (known) return known;
    if (this.subscriptions.size >= this.max) throw new CallFailedError('TOO_MANY_CALLS', `More than ${this.max} topics are wanted`);
    const added = new Subscription(topic);
    this.subscriptions.set(topic, added);
    return added;
  }

  /** The topics that are listened to now. */
  get joined(): string[] {
    return this.where(true, 'in').map(({ topic }) => topic);
  }

  /** What the server is to be asked for. */
  get missing(): Subscription[] {
    return this.where(true, 'out');
  }

  /** What the server is to let go of. */
  get unwanted(): Subscription[] {
    return this.where(false, 'in');
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

  /** Who waits is told. Only topics that were listened to stay on the list, for the next connection. */
  failWaiting(error: Error): void {
    for (const subscription of this.all) {
      subscription.failWaiting(error);
      if (!subscription.isLost) this.subscriptions.delete(subscription.topic);
    }
  }

  private where(isWanted: boolean, inPhase: Subscription['phase']): Subscription[] {
    return this.all.filter(({ wanted, phase }) => wanted === isWanted && phase === inPhase);
  }

  private get all(): Subscription[] {
    return [...this.subscriptions.values()];
  }
}
