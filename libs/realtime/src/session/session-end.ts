/** How a session ended. */
export interface SessionEnd {
  /** Status code of the close frame; 1006 if there was none. */
  readonly code: number;
  readonly reason: string;
  /** Which side began to close. */
  readonly by: 'server' | 'peer';
  /** True if both sides exchanged close frames. @see RFC 6455 §7.1.4 */
  readonly wasClean: boolean;
}
