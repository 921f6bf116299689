/** Something was to be sent on a session that is not open any more. */
export class SessionClosedError extends Error {
  override readonly name = 'SessionClosedError';
  readonly code = 'SESSION_CLOSED';
  constructor(sessionId: string) {
    super(`Session ${sessionId} is not open`);
  }
}
