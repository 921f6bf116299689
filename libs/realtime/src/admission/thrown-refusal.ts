/** Turns whatever an authenticator, an admission policy or a guard threw into the refusal that the peer may see. */
import { randomUUID } from 'node:crypto';
import { HttpException, Logger } from '@nestjs/common';
import type { RpcErrorReason } from 'nestjs-realtime-protocol';
import { RPC_ERRORS, RpcError, reasonOfCode } from 'nestjs-realtime-protocol';
import { answerWithoutSecret, withoutSecret } from '../auth/without-secret.js';
import { faultText } from '../observe/fault-text.js';
import type { Observers } from '../observe/observers.js';
import { isAnswer } from '../rpc/error-mapper.js';
import type { Refusal, RefusalLabel } from './refusal.js';
import { Refusals } from './refusal.js';

const logger = new Logger('RealtimeAdmission');

/** The HTTP status of each reason; any other is a fault of ours. */
const STATUS_BY_REASON: Partial<Record<RpcErrorReason, number>> = {
  InvalidParams: 400,
  InvalidRequest: 400,
  Unauthorized: 401,
  PermissionDenied: 403,
  NotFound: 404,
  Timeout: 503,
  Conflict: 409,
  PayloadTooLarge: 413,
  TooManyRequests: 429,
  ServiceUnavailable: 503,
};

const REASON_BY_STATUS: ReadonlyMap<number, RpcErrorReason> = new Map(
  Object.entries(STATUS_BY_REASON).map(([reason, status]) => [status, reason as RpcErrorReason]),
);

/** One sentence for a refusal that has none of its own. */
export function usualMessage(status: number): string {
  return RPC_ERRORS[REASON_BY_STATUS.get(status) ?? 'PermissionDenied'].message;
}

/** A refusal with a status of the application's choice. */
export function refusalWith(status: number, message: string, label: RefusalLabel, hadToken: boolean, reason?: string): Refusal {
  const word = reason ?? REASON_BY_STATUS.get(status) ?? 'Refused';
  if (status === 401) return { ...Refusals.unauthorized(message, hadToken), label, reason: word };
  const isLater = status === 429 || status === 503;
  return { status, reason: word, message, label, ...(isLater ? { headers: { ...Refusals.totalLimit.headers } } : {}) };
}

/**
 * @param label what refusals of whoever threw are counted under
 * @param secret the token of the request, which must not get into the log or an answer
 */
export function thrownRefusal(caught: unknown, label: RefusalLabel, secret: string | undefined, observers: Observers): Refusal {
  const hadToken = secret !== undefined;
  const thrown = isAnswer(caught) ? answerWithoutSecret(caught, secret ?? '') : withoutSecret(caught, secret ?? '');
  if (thrown instanceof HttpException && isForThePeer(thrown.getStatus()))
    return refusalWith(thrown.getStatus(), thrown.message, label, hadToken);
  if (thrown instanceof RpcError) {
    const status = STATUS_BY_REASON[reasonOfCode(thrown.code) ?? 'InternalError'];
    if (status !== undefined) return refusalWith(status, thrown.message, label, hadToken);
  }
  const errorId = randomUUID();
  const { text, stack } = faultText(thrown);
  logger.error(`Admission failed ${errorId}: ${text}`, stack);
  if (observers.hears('fault')) observers.tell('fault', { what: 'Admission failed', error: thrown, errorId });
  return { status: 500, reason: 'InternalError', message: RPC_ERRORS.InternalError.message, label: 'Fault' };
}

/** Of the faults of a server only one is told in its own words: that there is no service now. */
function isForThePeer(status: number): boolean {
  return (status >= 400 && status < 500) || status === 503;
}
