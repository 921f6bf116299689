/** One line in the log for every call: method, outcome, duration, session, user, request. */
import { Logger } from '@nestjs/common';
import { RPC_ERRORS } from 'nestjs-realtime-protocol';
import type { CallEndedFacts, RealtimeObserver } from '../observe/realtime-observer.js';
import { oneLine } from '../observe/one-line.js';

export interface RpcLoggerOptions {
  /** The level of calls that went well. @default 'log' */
  readonly okLevel?: 'log' | 'debug' | 'verbose';
  /** Where the lines go. @default a Logger of Nest with the context RpcLogger */
  readonly logger?: Pick<Logger, 'log' | 'debug' | 'verbose' | 'error'>;
}

/** What the server answers for; anything else is the peer's affair, or an error that the application meant. */
const FAULTS_OF_OURS: ReadonlySet<number> = new Set([
  RPC_ERRORS.InternalError.code,
  RPC_ERRORS.Timeout.code,
  RPC_ERRORS.ServiceUnavailable.code,
]);

/**
 * For the option `observers`. Faults of the server are errors, those of peers are debug. No params and no tokens are written; method
 * names are registered ones, and what a peer or a token chose is made fit for one line.
 */
export class RpcLogger implements RealtimeObserver {
  private readonly okLevel: NonNullable<RpcLoggerOptions['okLevel']>;
  private readonly logger: NonNullable<RpcLoggerOptions['logger']>;

  constructor(options?: RpcLoggerOptions) {
    this.okLevel = options?.okLevel ?? 'log';
    this.logger = options?.logger ?? new Logger('RpcLogger');
  }

  callEnded(facts: CallEndedFacts): void {
    const { outcome, code } = facts;
    if (outcome === 'ok') this.logger[this.okLevel](lineOf(facts));
    else if (code !== undefined && FAULTS_OF_OURS.has(code) && outcome !== 'refused') this.logger.error(lineOf(facts));
    else this.logger.debug(lineOf(facts));
  }
}

function lineOf({ method, outcome, durationMs, sessionId, userId, requestId, code, errorId }: CallEndedFacts): string {
  const fields = [
    `method=${oneLine(method)}`,
    `outcome=${outcome}`,
    `durationMs=${durationMs.toFixed(2)}`,
    `session=${sessionId}`,
    ...(userId === undefined ? [] : [`user=${JSON.stringify(oneLine(userId))}`]),
    ...(requestId === undefined ? [] : [`request=${oneLine(requestId)}`]),
    ...(code === undefined ? [] : [`code=${code}`]),
    ...(errorId === undefined ? [] : [`errorId=${errorId}`]),
  ];
  return fields.join(' ');
}
