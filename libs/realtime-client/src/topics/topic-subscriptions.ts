/** The topics that the application wants, kept up over every reconnect. At most one call per topic is on its way at a time. */
import { CallFailedError } from 'nestjs-realtime-protocol';
import { NotConnectedError, SendBufferFullError } from '../connection/connection-state.js';
import { asError } from '../base/faults.js';
import { topicParts } from './topic-parts.js';

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

/** The way to the server. Both throw or reject like any call. */
export interface TopicCalls {
  /** @returns the refusals by topic; the other topics are listened to */
  subscribe(topics: readonly string[]): Promise<ReadonlyMap<string, Error>>;
  unsubscribe(topics: readonly string[]): Promise<unknown>;
  /** Topics that were listened to cannot be asked for on this connection; on the next one they are. */
  giveUp(error: Error): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Subscription {
  readonly topic: string;
  wanted: boolean;
  /** What the server thinks, as far as is known. */
  phase: 'out' | 'joining' | 'in' | 'leaving';
  /** Since when pushes may be missing, as a Unix time; undefined while none are. */
  lostAtMs: number | undefined;
  /** Those who wait until the topic is listened to, or is left. */
  joins: Waiter[];
  leaves: Waiter[];
}

export class TopicSubscriptions {
  private readonly subscriptions = new Map<string, Subscription>();
  /** Another object for each connection; undefined while there is none. */
  private link: object | undefined;
  private scheduled = false;

  /** Calls for topics on their way. */
  private asking = 0;

  /** @param limits `nameBytes` is what one call may carry of encoded names */
  constructor(
    private readonly limits: { readonly topics: number; readonly nameBytes: number },
    private readonly calls: TopicCalls,
    private readonly tell: (event: SubscriptionEvent) => void,
  ) {}

  /** The topics that are listened to now. */
  get joined(): string[] {
    return [...this.subscriptions.values()].filter(({ wanted, phase }) => wanted && phase === 'in').map(({ topic }) => topic);
  }

  /** Settles when the server has said yes or no; a connection that breaks meanwhile is waited for. */
  subscribe(topic: string): Promise<void> {
    let subscription = this.subscriptions.get(topic);
    if (!subscription) {
      if (this.subscriptions.size >= this.limits.topics) {
        return Promise.reject(new CallFailedError('TOO_MANY_CALLS', `More than ${this.limits.topics} topics are wanted`));
      }
      subscription = { topic, wanted: true, phase: 'out', lostAtMs: undefined, joins: [], leaves: [] };
      this.subscriptions.set(topic, subscription);
    }
    const found = subscription;
    found.wanted = true;
    settle(found.leaves);
    if (found.phase === 'in') return Promise.resolve();
    return new Promise((resolve, reject) => {
      found.joins.push({ resolve, reject });
      this.schedule();
    });
  }

  /** Settles when the server has let go of the topic; without a connection there is nothing to let go of. */
  unsubscribe(topic: string): Promise<void> {
    const subscription = this.subscriptions.get(topic);
    if (!subscription) return Promise.resolve();
    subscription.wanted = false;
    settle(subscription.joins, new UnsubscribedError(topic));
    if (subscription.phase === 'out') {
      this.subscriptions.delete(topic);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      subscription.leaves.push({ resolve, reject });
      this.schedule();
    });
  }

  /** There is a connection: everything that is wanted is asked for. Settles when the server has answered or the connection is gone. */
  async connected(link: object): Promise<void> {
    this.link = link;
    await this.flush();
  }

  /**
   * The connection is gone, and with it what the server knew.
   * @param lastHeardAtMs when the last frame came: the connection may have been dead for longer than anybody noticed
   */
  disconnected(lastHeardAtMs: number): void {
    this.link = undefined;
    for (const subscription of [...this.subscriptions.values()]) {
      if (subscription.phase === 'in' || subscription.phase === 'leaving') subscription.lostAtMs ??= lastHeardAtMs;
      subscription.phase = 'out';
      settle(subscription.leaves);
      if (!subscription.wanted) this.subscriptions.delete(subscription.topic);
    }
  }

  /** Nobody tries to connect any more: who waits is told. Topics that were listened to are asked for again if somebody connects again. */
  failWaiting(error: NotConnectedError): void {
    for (const { topic, joins, lostAtMs } of [...this.subscriptions.values()]) {
      settle(joins, error);
      if (lostAtMs === undefined) this.subscriptions.delete(topic);
    }
  }

  // One call for everything that was asked for in the same turn.
  private schedule(): void {
    if (this.scheduled || !this.link) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const { link } = this;
    if (!link) return;
    const all = [...this.subscriptions.values()];
    const missing = topicParts(
      all.filter(({ wanted, phase }) => wanted && phase === 'out'),
      this.limits.nameBytes,
    );
    const unwanted = topicParts(
      all.filter(({ wanted, phase }) => !wanted && phase === 'in'),
      this.limits.nameBytes,
    );
    await Promise.all([...missing.map((part) => this.join(part, link)), ...unwanted.map((part) => this.leave(part, link))]);
  }

  private async join(part: readonly Subscription[], link: object): Promise<void> {
    for (const subscription of part) subscription.phase = 'joining';
    let refusals: ReadonlyMap<string, Error>;
    let unsure = false;
    this.asking += 1;
    try {
      refusals = await this.calls.subscribe(part.map(({ topic }) => topic));
    } catch (error) {
      // The connection is about to end: the topics are asked for on the next one.
      if (this.link !== link || error instanceof NotConnectedError) return;
      if (isFull(error) && this.later(part, asError(error))) return;
      // Translated: the failure of the call is the failure of each of its topics.
      refusals = new Map(part.map(({ topic }) => [topic, asError(error)]));
      unsure = error instanceof CallFailedError && !isFull(error);
    } finally {
      this.asking -= 1;
    }
    if (this.link !== link) return;
    for (const subscription of part) {
      const refusal = refusals.get(subscription.topic);
      // After a timeout the server may have joined all the same: let it leave.
      subscription.phase = refusal && !unsure ? 'out' : 'in';
      if (refusal) this.refused(subscription, refusal);
      else this.accepted(subscription);
    }
    await this.flush();
  }

  /** @returns false if these topics can only be refused: whoever asked for them is told */
  private later(part: readonly Subscription[], error: Error): boolean {
    const othersAsk = this.asking > 1;
    if (!othersAsk && part.every(({ lostAtMs }) => lostAtMs === undefined)) return false;
    for (const subscription of part) {
      subscription.phase = 'out';
      settle(subscription.leaves);
      if (!subscription.wanted) this.subscriptions.delete(subscription.topic);
    }
    // The others ask again when they are answered.
    if (!othersAsk) this.calls.giveUp(error);
    return true;
  }

  private accepted(subscription: Subscription): void {
    const { topic, lostAtMs, wanted } = subscription;
    settle(subscription.joins);
    subscription.lostAtMs = undefined;
    if (wanted && lostAtMs !== undefined) this.tell({ kind: 'gap', topic, reason: 'reconnected', sinceMs: lostAtMs, untilMs: Date.now() });
  }

  private refused(subscription: Subscription, error: Error): void {
    const { topic, joins, wanted } = subscription;
    subscription.wanted = false;
    if (subscription.phase === 'out') {
      this.subscriptions.delete(topic);
      settle(subscription.leaves);
    }
    const isExpected = joins.length > 0;
    settle(joins, error);
    if (wanted && !isExpected) this.tell({ kind: 'ended', topic, error });
  }

  private async leave(part: readonly Subscription[], link: object): Promise<void> {
    for (const subscription of part) subscription.phase = 'leaving';
    let failure: Error | undefined;
    try {
      await this.calls.unsubscribe(part.map(({ topic }) => topic));
    } catch (error) {
      // Survived: whoever waits for the topics is told.
      failure = asError(error);
    }
    if (this.link !== link) return;
    for (const subscription of part) {
      subscription.phase = 'out';
      settle(subscription.leaves, failure);
      if (!subscription.wanted) this.subscriptions.delete(subscription.topic);
    }
    await this.flush();
  }
}

function settle(waiters: Waiter[], error?: Error): void {
  for (const { resolve, reject } of waiters.splice(0)) {
    if (error) reject(error);
    else resolve();
  }
}

/** The error is not about any topic: later there may be room. */
function isFull(error: unknown): boolean {
  return error instanceof SendBufferFullError || (error instanceof CallFailedError && error.code === 'TOO_MANY_CALLS');
}
