/** The topics that the application holds, kept up over every reconnect. */
import { asError } from '../base/faults.js';
import type { NotConnectedError } from '../connection/connection-state.js';
import type { HoldListener, PendingTopicHold } from './hold.js';
import { Hold } from './hold.js';
import type { SubscriptionEvent } from './subscription.js';
import type { TopicCalls } from './topic-calls.js';
import { TopicRequests } from './topic-requests.js';
import { WishList } from './wish-list.js';

export class TopicSubscriptions {
  private readonly wishes: WishList;
  private readonly requests: TopicRequests;

  /**
   * @param limits `nameBytes` is what one call may carry of encoded names
   * @param closed why nobody tries to connect any more; undefined while somebody does or may yet
   */
  constructor(
    limits: { readonly topics: number; readonly nameBytes: number },
    calls: TopicCalls,
    private readonly closed: () => NotConnectedError | undefined,
    tell: (event: SubscriptionEvent) => void,
  ) {
    this.wishes = new WishList(limits.topics);
    this.requests = new TopicRequests(this.wishes, limits.nameBytes, calls, tell);
  }

  /** The topics that are listened to now. */
  get joined(): string[] {
    return this.wishes.joined;
  }

  /** True while the server is being asked for topics. */
  get isAsking(): boolean {
    return this.requests.isAsking;
  }

  /** Holds a topic until it lets go or the server refuses, over every break. @param listener what came with it */
  hold(topic: string, listener?: HoldListener): PendingTopicHold {
    const hold = new Hold(topic, listener, (one) => this.release(one));
    try {
      const { phase } = this.wishes.add(hold);
      if (phase !== 'in') this.requests.schedule();
      const closed = this.closed();
      if (closed) hold.unanswered(closed);
    } catch (error) {
      // Translated: whoever awaits the answer is told, as of any other refusal.
      hold.refused(asError(error));
    }
    return hold.pending;
  }

  /** Lets the oldest holder go that came without a listener. */
  async unsubscribe(topic: string): Promise<void> {
    const hold = this.wishes.find(topic)?.plainHold;
    if (hold) await this.release(hold);
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

  /** Nobody tries to connect any more: who waits is told. What is held is asked for if somebody connects again. */
  failWaiting(error: NotConnectedError): void {
    this.wishes.failWaiting(error);
  }

  private async release(hold: Hold): Promise<void> {
    hold.listener?.stop();
    const subscription = this.wishes.find(hold.topic);
    if (!subscription) return;
    const left = subscription.release(hold);
    this.wishes.tidy(subscription);
    if (subscription.phase !== 'out') this.requests.schedule();
    await left;
  }
}
