/** What joining one topic cost when all sessions of a node did it. */
export interface JoinSample {
  readonly sessions: number;
  /** CPU time for each session that joined by a `subscribe` request, with the whole way in and out, in microseconds. */
  readonly requestMicros: number;
  /** CPU time for each session that the server put into the topic with `hub.subscribe()`, in microseconds. */
  readonly hubMicros: number;
}
