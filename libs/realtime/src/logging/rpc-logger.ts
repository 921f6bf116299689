/** One line in the log for every call, and for every peer that was turned away or sent away. */
import { Logger } from '@nestjs/common';
import { FAULTS_OF_OURS } from '../observe/faults-of-ours.js';
import type { CallEndedFacts, HandshakeRejectedFacts, RealtimeObserver, SessionClosedFacts } from '../observe/realtime-observer.js';
import { oneLine } from '../observe/one-line.js';

export interface RpcLoggerOptions {
  /** The level of calls that went well. @default 'log' */
  readonly okLevel?: 'log' | 'debug' | 'verbose';
  /** Where the lines go. @default a Logger of Nest with the context RpcLogger */
  readonly logger?: Pick<Logger, 'log' | 'debug' | 'verbose' | 'error'>;
}

const OK_LEVELS: readonly NonNullable<RpcLoggerOptions['okLevel']>[] = ['log', 'debug', 'verbose'];

/**
 * For the option `observers`. Faults of the server are errors, those of peers are debug, and so are opening requests that were refused
 * and sessions that the server ended. No params, tokens or queries are written; method names are registered ones, and what a peer or a
 * token chose is made fit for one line.
 */
export class RpcLogger implements RealtimeObserver {
  private readonly okLevel: NonNullable<RpcLoggerOptions['okLevel']>;
  private readonly logger: NonNullable<RpcLoggerOptions['logger']>;

  /** @throws {TypeError} for a level that is none */
  constructor(options?: RpcLoggerOptions) {
    this.okLevel = options?.okLevel ?? 'log';
    if (!OK_LEVELS.includes(this.okLevel))
      throw new TypeError(`okLevel must be one of ${OK_LEVELS.join(', ')}, got ${String(this.okLevel)}`);
    this.logger = options?.logger ?? new Logger('RpcLogger');
  }

  callEnded(facts: CallEndedFacts): void {
    const { outcome, code } = facts;
    if (outcome === 'ok') this.logger[this.okLevel](lineOf(facts));
    else if (code !== undefined && FAULTS_OF_OURS.has(code) && outcome !== 'refused') this.logger.error(lineOf(facts));
    else this.logger.debug(lineOf(facts));
  }

  handshakeRejected({ status, reason, address }: HandshakeRejectedFacts): void {
    this.logger.debug(`handshake=refused status=${status} reason=${reason} address=${oneLine(address)}`);
  }

  /** Why a session is gone that its peer did not leave. */
  sessionClosed({ by, code, reason, durationMs, sessionId, userId, address }: SessionClosedFacts): void {
    if (by === 'peer') return;
    const fields = [
      `session=${sessionId}`,
      ...userField(userId),
      `closed=${code}`,
      `reason=${JSON.stringify(oneLine(reason))}`,
      `address=${oneLine(address)}`,
      `durationMs=${durationMs.toFixed(2)}`,
    ];
    this.logger.debug(fields.join(' '));
  }
}

function userField(userId: string | undefined): string[] {
  return userId === undefined ? [] : [`user=${JSON.stringify(oneLine(userId))}`];
}

function lineOf({ method, outcome, durationMs, sessionId, userId, requestId, code, errorId }: CallEndedFacts): string {
  const fields = [
    `method=${oneLine(method)}`,
    `outcome=${outcome}`,
    `durationMs=${durationMs.toFixed(2)}`,
    `session=${sessionId}`,
    ...userField(userId),
    ...(requestId === undefined ? [] : [`request=${oneLine(requestId)}`]),
    ...(code === undefined ? [] : [`code=${code}`]),
    ...(errorId === undefined ? [] : [`errorId=${errorId}`]),
  ];
  return fields.join(' ');
}
