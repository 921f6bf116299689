/** How a session ended. */
export interface SessionEnd {
  /** Why: the status code that we closed with, else that of the peer's close frame; 1006 if there was none of either. */
  readonly code: number;
  readonly reason: string;
  /** Which side began to close. */
  readonly by: 'server' | 'peer';
  /** True if both sides exchanged close frames. @see RFC 6455 §7.1.4 */
  readonly wasClean: boolean;
}
