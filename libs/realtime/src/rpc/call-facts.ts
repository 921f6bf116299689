/** What observers are told of calls. Classes, because objects that are put together from spreads cost more than the rest of a call. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { RPC_ERRORS } from 'nestjs-realtime-protocol';
import type { CallEndedFacts, CallFacts, CallOutcome } from '../observe/realtime-observer.js';
import type { Session } from '../session/session.js';

/** What is told of a call when it begins. */
export class StartedCall implements CallFacts {
  readonly sessionId: string;
  // Declared only: what is not known is absent, and not undefined.
  declare readonly userId?: string;
  declare readonly requestId?: string;
  readonly isNotification: boolean;

  constructor(
    session: Session,
    readonly method: string,
    idText: string | undefined,
  ) {
    this.sessionId = session.id;
    this.isNotification = idText === undefined;
    const { principal } = session;
    if (principal) this.userId = principal.userId;
    if (idText !== undefined) this.requestId = idText;
  }
}

/** What is told of it when it has ended. */
export class EndedCall extends StartedCall implements CallEndedFacts {
  declare readonly code?: number;
  declare readonly errorId?: string;

  constructor(
    session: Session,
    method: string,
    idText: string | undefined,
    readonly outcome: CallOutcome,
    readonly durationMs: number,
    error: ErrorObject | undefined,
  ) {
    super(session, method, idText);
    if (!error) return;
    this.code = error.code;
    const errorId = errorIdOf(error);
    if (errorId !== undefined) this.errorId = errorId;
  }
}

/** The id that ties an InternalError to its line in the log. */
export function errorIdOf({ code, data }: ErrorObject): string | undefined {
  // Only such errors have details that were put together here; those of the application are not touched.
  if (code !== RPC_ERRORS.InternalError.code || typeof data !== 'object' || data === null || !('errorId' in data)) return undefined;
  return typeof data.errorId === 'string' ? data.errorId : undefined;
}
