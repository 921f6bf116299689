/** What one push to very many connections in memory did to the event loop of the server. */
export interface CrowdSample {
  /** `fairness.sliceMs`; 0 for no slices. */
  readonly sliceMs: number;
  readonly sessions: number;
  readonly longestHoldMs: number;
  /** From the call of `hub.pushToTopic()` until the last connection had the push. */
  readonly lastMs: number;
  /** CPU time for each connection, in microseconds. */
  readonly cpuMicros: number;
}
