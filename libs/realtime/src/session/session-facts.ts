/** What observers are told of a session. */
import type { SessionFacts } from '../observe/realtime-observer.js';
import type { Session } from './session.js';

export function factsOf(session: Session): SessionFacts {
  const { principal, handshake } = session;
  return {
    sessionId: session.id,
    address: handshake.address,
    endpoint: handshake.endpoint,
    openedAtMs: session.openedAtMs,
    ...(principal ? { userId: principal.userId } : {}),
    ...(principal?.platform === undefined ? {} : { platform: principal.platform }),
  };
}
