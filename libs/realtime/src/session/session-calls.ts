/** What a session tells the calls that run for it. */

/** The calls of a session that wait for their handlers. */
export interface SessionCalls {
  /** True while one of them has no answer yet. */
  readonly busy: boolean;
  /** Begins no more calls, and says when those that run are answered. */
  finish(whenDone: () => void): void;
  /** Answers those that still run: the node does not wait for them any longer. */
  giveUpAll(): void;
  /** Nobody waits for their answers any more. */
  abortAll(): void;
}
