/** One holder of a topic: what it was promised, and the way to let go. */

/** A holder of a topic. The topic is left when its last holder lets go. */
export interface TopicHold {
  readonly topic: string;
  /**
   * Lets go; the listener that came with it is told nothing more. A second call changes nothing.
   * Settles at once while others hold the topic, else when the server has let go of it.
   */
  unsubscribe(): Promise<void>;
}

/** A holder that can be awaited: it settles when the server has said yes or no. It may let go before that. */
export type PendingTopicHold = Promise<TopicHold> & TopicHold;

/** The topic was let go before the server had said whether it may be listened to. */
export class UnsubscribedError extends Error {
  override readonly name = 'UnsubscribedError';
  readonly code = 'UNSUBSCRIBED';
  constructor(topic: string) {
    super(`The topic ${topic} was unsubscribed before the server answered`);
  }
}

/** The listener that came with a holder. */
export interface HoldListener {
  /** Takes it back. */
  stop(): void;
  /** Tells it that the topic has ended for its holder, and takes it back. */
  ended(error: Error): void;
}

export class Hold implements TopicHold {
  readonly pending: PendingTopicHold;
  readonly unsubscribe: () => Promise<void>;
  /** Somebody who awaits the answer has it. */
  isAnswered = false;
  private resolve: (hold: TopicHold) => void = ignore;
  private reject: (error: Error) => void = ignore;

  constructor(
    readonly topic: string,
    readonly listener: HoldListener | undefined,
    release: (hold: Hold) => Promise<void>,
  ) {
    this.unsubscribe = () => release(this);
    const answer = new Promise<TopicHold>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.pending = Object.assign(answer, { topic, unsubscribe: this.unsubscribe });
  }

  /** The server pushes the topic. */
  confirmed(): void {
    this.isAnswered = true;
    this.resolve(this);
  }

  /** It holds nothing any more. */
  refused(error: Error): void {
    this.listener?.ended(error);
    // Where nobody awaits the answer it is a rejection that nobody handles, unless the listener has been told.
    this.fail(error, this.listener !== undefined);
  }

  /** There is no answer, for a reason that is no news to the application. */
  unanswered(error: Error): void {
    this.fail(error, true);
  }

  private fail(error: Error, isKnown: boolean): void {
    this.isAnswered = true;
    if (isKnown) this.pending.catch(ignore);
    this.reject(error);
  }
}

function ignore(): void {}
