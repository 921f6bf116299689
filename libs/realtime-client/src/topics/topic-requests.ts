/** Asks the server, in as few calls as its frames allow, until it pushes what the list wishes. At most one call per topic is on its way at a time. */
import { CallFailedError, PeerError } from 'nestjs-realtime-protocol';
import { NotConnectedError, SendBufferFullError } from '../connection/connection-state.js';
import { asError } from '../base/faults.js';
import type { TopicState } from './subscribe-result.js';
import type { Subscription, SubscriptionEvent } from './subscription.js';
import type { TopicCalls } from './topic-calls.js';
import { topicParts } from './topic-parts.js';
import type { WishList } from './wish-list.js';

export class TopicRequests {
  /** Another object for each connection; undefined while there is none. */
  private link: object | undefined;
  private scheduled = false;
  /** Calls for topics on their way. */
  private asking = 0;

  /** @param nameBytes what one call may carry of encoded names */
  constructor(
    private readonly wishes: WishList,
    private readonly nameBytes: number,
    private readonly calls: TopicCalls,
    private readonly tell: (event: SubscriptionEvent) => void,
  ) {}

  get isAsking(): boolean {
    return this.asking > 0;
  }

  /** There is a connection. Settles when the server has answered for everything that is wanted or the connection is gone. */
  async connected(link: object): Promise<void> {
    this.link = link;
    await this.flush();
  }

  disconnected(): void {
    this.link = undefined;
  }

  /** One call for everything that was asked for in the same turn. */
  schedule(): void {
    if (this.scheduled || !this.link) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const { link, nameBytes } = this;
    if (!link) return;
    const missing = topicParts(this.wishes.missing, nameBytes);
    const unwanted = topicParts(this.wishes.unwanted, nameBytes);
    await Promise.all([...missing.map((part) => this.join(part, link)), ...unwanted.map((part) => this.leave(part, link))]);
  }

  private async join(part: readonly Subscription[], link: object): Promise<void> {
    for (const subscription of part) subscription.phase = 'joining';
    let answers: ReadonlyMap<string, Error | TopicState>;
    this.asking += 1;
    try {
      answers = await this.calls.subscribe(part.map(({ topic }) => topic));
    } catch (error) {
      // The connection is about to end: the topics are asked for on the next one.
      if (this.link !== link || error instanceof NotConnectedError) return;
      if (isFull(error) && this.later(part, asError(error))) return;
      // Translated: the failure of the call is the failure of each of its topics.
      answers = new Map(part.map(({ topic }) => [topic, asError(error)]));
    } finally {
      this.asking -= 1;
    }
    const isPart = part.some(({ topic }) => isAccepted(answers.get(topic)));
    for (const subscription of part) {
      // Asked for each: a listener that was told of the one before may have ended the connection, and the answer is about that one.
      if (this.link !== link) return;
      const answer = answers.get(subscription.topic);
      // Its state did not go into this answer: it is asked for in the next call, which has fewer topics.
      if (isPart && isTooMuch(answer)) this.left([subscription]);
      else this.answered(subscription, answer);
    }
    await this.flush();
  }

  private answered(subscription: Subscription, answer: Error | TopicState | undefined): void {
    const refusal = answer instanceof Error ? answer : undefined;
    // Without an answer, or after one that nobody understands, the server may have joined all the same.
    const unsure = refusal instanceof CallFailedError && !isFull(refusal);
    const event = refusal ? subscription.refused(refusal, unsure) : subscription.accepted(Date.now());
    this.wishes.tidy(subscription);
    if (event) this.tell(event);
    if (answer && !refusal && subscription.wanted)
      this.tell({ kind: 'snapshot', topic: subscription.topic, state: (answer as TopicState).state });
  }

  /** @returns false if these topics can only be refused: whoever asked for them is told */
  private later(part: readonly Subscription[], error: Error): boolean {
    const othersAsk = this.asking > 1;
    if (!othersAsk && !part.some(({ isLost }) => isLost)) return false;
    this.left(part);
    // The others ask again when they are answered.
    if (!othersAsk) this.calls.giveUp(error);
    return true;
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
    this.left(part, failure);
    await this.flush();
  }

  private left(part: readonly Subscription[], failure?: Error): void {
    for (const subscription of part) {
      subscription.left(failure);
      this.wishes.tidy(subscription);
    }
  }
}

function isAccepted(answer: Error | TopicState | undefined): boolean {
  return answer !== undefined && !(answer instanceof Error);
}

function isTooMuch(answer: Error | TopicState | undefined): boolean {
  return answer instanceof PeerError && answer.reason === 'PayloadTooLarge';
}

/** The error is not about any topic: later there may be room. */
function isFull(error: unknown): boolean {
  return error instanceof SendBufferFullError || (error instanceof CallFailedError && error.code === 'TOO_MANY_CALLS');
}
