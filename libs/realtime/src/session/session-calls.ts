/** What a session tells the calls that run for it. */

/** Why a session leaves the state open, as far as its running calls are concerned. */
export type LeaveReason = 'disconnected' | 'draining';

/** The calls of a session that wait for their handlers. */
export interface SessionCalls {
  /** Nobody waits for their answers any more. */
  abortAll(reason: LeaveReason): void;
}
