/** The topics that the application wants, kept up over every reconnect. */
import type { NotConnectedError } from '../connection/connection-state.js';
import type { SubscriptionEvent } from './subscription.js';
import type { TopicCalls } from './topic-calls.js';
import { TopicRequests } from './topic-requests.js';
import { WishList } from './wish-list.js';

export class TopicSubscriptions {
  private readonly wishes: WishList;
  private readonly requests: TopicRequests;

  /** @param limits `nameBytes` is what one call may carry of encoded names */
  constructor(
    limits: { readonly topics: number; readonly nameBytes: number },
    calls: TopicCalls,
    tell: (event: SubscriptionEvent) => void,
  ) {
    this.wishes = new WishList(limits.topics);
    this.requests = new TopicRequests(this.wishes, limits.nameBytes, calls, tell);
  }

  /** The topics that are listened to now. */
  get joined(): string[] {
    return this.wishes.joined;
  }

  /** Settles when the server has said yes or no; a connection that breaks meanwhile is waited for. @throws {CallFailedError} TOO_MANY_CALLS */
  async subscribe(topic: string): Promise<void> {
    const subscription = this.wishes.findOrAdd(topic);
    const answered = subscription.want();
    if (subscription.phase !== 'in') this.requests.schedule();
    await answered;
  }

  /** Settles when the server has let go of the topic; without a connection there is nothing to let go of. */
  async unsubscribe(topic: string): Promise<void> {
    const subscription = this.wishes.find(topic);
    if (!subscription) return;
    const left = subscription.unwant();
    this.wishes.tidy(subscription);
    if (subscription.phase !== 'out') this.requests.schedule();
    await left;
  }

  /** There is a connection: everything that is wanted is asked for. Settles when the server has answered or the connection is gone. */
  connected(link: object): Promise<void> {
    return this.requests.connected(link);
  }

  /**
   * The connection is gone, and with it what the server knew.
   * @param lastHeardAtMs when the last frame came: the connection may have been dead for longer than anybody noticed
   */
  disconnected(lastHeardAtMs: number): void {
    this.requests.disconnected();
    this.wishes.disconnected(lastHeardAtMs);
  }

  /** Nobody tries to connect any more: who waits is told. Topics that were listened to are asked for again if somebody connects again. */
  failWaiting(error: NotConnectedError): void {
    this.wishes.failWaiting(error);
  }
}
