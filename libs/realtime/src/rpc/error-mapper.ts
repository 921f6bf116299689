/** Turns whatever a handler threw into what the peer may see. */
import { randomUUID } from 'node:crypto';
import { HttpException, Logger } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { ErrorObject, RpcErrorReason } from 'nestjs-realtime-protocol';
import { RPC_ERRORS, RpcError, isPermittedCode } from 'nestjs-realtime-protocol';
import { faultText } from '../observe/fault-text.js';
import { isReported } from './reported-fault.js';
import { CALL_ABORTED } from './rpc-call.js';

/** The row of the table for each HTTP status; any other status is an InternalError. */
const REASON_BY_STATUS: Readonly<Record<number, RpcErrorReason>> = Object.freeze({
  400: 'InvalidParams',
  401: 'Unauthorized',
  403: 'PermissionDenied',
  404: 'NotFound',
  408: 'Timeout',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  422: 'InvalidParams',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
});

/** Members that Nest's own exceptions put into their body; code and reason say the same. */
const STANDARD_MEMBERS: ReadonlySet<string> = new Set(['message', 'statusCode', 'error']);

const logger = new Logger('RpcDispatcher');

/**
 * The error object for something that was thrown. What is neither an RpcError, an HttpException nor a WsException stays here:
 * the peer gets InternalError with an id, and the log gets the same id with the stack. An exception that means InternalError itself keeps
 * its words, and is logged under such an id as well.
 * @param method a registered name, for the log
 */
export function toErrorObject(thrown: unknown, method: string): ErrorObject {
  // Its line is in the log already, and its id in the error.
  if (isReported(thrown)) return thrown.toErrorObject();
  try {
    const error = mapped(thrown);
    if (error) return error.code === RPC_ERRORS.InternalError.code ? withErrorId(error, thrown, method) : error;
  } catch {
    // Translated: an exception that fails while it is read is a fault of ours like any other.
  }
  return internalError(thrown, method);
}

/**
 * Hides a fault from the peer and logs it under an id that the peer can quote.
 * @param errorId that of an earlier line about the same call
 */
export function internalError(fault: unknown, method: string, errorId?: string): ErrorObject {
  return withErrorId(row('InternalError'), fault, method, errorId);
}

/**
 * A call that was given up before failed afterwards; nobody waits for it, so only the log hears.
 * @param isOurs true if the peer has not taken the call back
 * @returns false if it failed because it was given up, which is no fault
 */
export function logLateFault(fault: unknown, method: string, isOurs: boolean): boolean {
  const { text, name, stack } = faultText(fault);
  // By name: to ask a fault what it is an instance of may throw.
  if (name === CALL_ABORTED || name === 'AbortError') return false;
  const sentence = `${method} failed after its call was given up: ${text}`;
  if (isOurs) logger.warn(stack === undefined ? sentence : `${sentence}\n${stack}`);
  else logger.debug(sentence);
  return true;
}

/** True for what is thrown to be an answer. A fault that cannot be asked is none. */
export function isAnswer(thrown: unknown): thrown is RpcError | HttpException | WsException {
  try {
    return thrown instanceof RpcError || thrown instanceof HttpException || thrown instanceof WsException;
  } catch {
    // Translated: a proxy that throws when it is looked at means no answer.
    return false;
  }
}

/** True for what {@link toErrorObject} makes an InternalError of, and logs. */
export function isFault(thrown: unknown): boolean {
  try {
    return (mapped(thrown)?.code ?? RPC_ERRORS.InternalError.code) === RPC_ERRORS.InternalError.code;
  } catch {
    // Translated: it fails there as well.
    return true;
  }
}

/** An exception filter failed itself; what it was to handle is answered without it. */
export function logFilterFault(fault: unknown, method: string): void {
  const { text, stack } = faultText(fault);
  logger.error(`An exception filter failed in ${method}, so what it was given is answered without it: ${text}`, stack);
}

function mapped(thrown: unknown): ErrorObject | undefined {
  if (thrown instanceof RpcError && isPermittedCode(thrown.code)) return thrown.toErrorObject();
  if (thrown instanceof HttpException) return fromHttpException(thrown);
  return thrown instanceof WsException ? fromWsException(thrown) : undefined;
}

/** Logs what was thrown, and puts the id of its line into the details; those that are no object stand beside it. */
function withErrorId(error: ErrorObject, thrown: unknown, method: string, errorId: string = randomUUID()): ErrorObject {
  const { data } = error;
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  const details = isObject ? { ...data } : data === undefined ? {} : { details: data };
  const { text, stack } = faultText(thrown);
  logger.error(`InternalError ${errorId} in ${method}: ${text}`, stack);
  return { ...error, data: { ...details, errorId } };
}

function fromHttpException(exception: HttpException): ErrorObject {
  const reason = REASON_BY_STATUS[exception.getStatus()] ?? 'InternalError';
  const body: unknown = exception.getResponse();
  if (typeof body === 'string') return row(reason, body);
  if (typeof body !== 'object' || body === null) return row(reason);
  const { message } = body as { message?: unknown };
  const details = Object.fromEntries(Object.entries(body).filter(([member]) => !STANDARD_MEMBERS.has(member)));
  // Nest's own ValidationPipe puts its sentences into an array.
  if (Array.isArray(message))
    details['errors'] ??= message.map((sentence: unknown) => ({ path: '', constraints: { validation: String(sentence) } }));
  const text = typeof message === 'string' ? message : Array.isArray(message) ? RPC_ERRORS[reason].message : exception.message;
  return row(reason, text, Object.keys(details).length > 0 ? details : undefined);
}

function fromWsException(exception: WsException): ErrorObject {
  const error: unknown = exception.getError();
  if (typeof error !== 'object' || error === null) return row(reasonOfText(String(error)), String(error));
  const { status, code, message, ...details } = error as { status?: unknown; code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : exception.message;
  const data = Object.keys(details).length > 0 ? details : undefined;
  if (typeof code === 'number' && isPermittedCode(code)) return new RpcError(code, text, { data }).toErrorObject();
  return row((typeof status === 'number' ? REASON_BY_STATUS[status] : undefined) ?? 'InternalError', text, data);
}

/** Nest's gateways refuse with this sentence and no status when a guard says no. */
function reasonOfText(text: string): RpcErrorReason {
  return text === 'Forbidden resource' ? 'PermissionDenied' : 'InternalError';
}

function row(reason: RpcErrorReason, message: string = RPC_ERRORS[reason].message, data?: unknown): ErrorObject {
  return { code: RPC_ERRORS[reason].code, message, reason, ...(data === undefined ? {} : { data }) };
}
