/** Errors that cross the wire, and the table of the codes that belong to the protocol and to this library. */
import { brand } from './brand.js';
import type { ErrorObject } from './messages.js';

interface ErrorRow {
  readonly code: number;
  readonly message: string;
}

/** Every code of the library with its stable reason and its default sentence. */
export const RPC_ERRORS = Object.freeze({
  ParseError: { code: -32700, message: 'The frame is not valid JSON' },
  InvalidRequest: { code: -32600, message: 'The value is not a JSON-RPC 2.0 request' },
  MethodNotFound: { code: -32601, message: 'Method not found' },
  InvalidParams: { code: -32602, message: 'Invalid params' },
  InternalError: { code: -32603, message: 'Internal server error' },
  Unauthorized: { code: -32001, message: 'Unauthorized' },
  PermissionDenied: { code: -32003, message: 'Permission denied' },
  NotFound: { code: -32004, message: 'Not found' },
  Timeout: { code: -32008, message: 'The call timed out' },
  Conflict: { code: -32009, message: 'Conflict' },
  PayloadTooLarge: { code: -32013, message: 'Payload too large' },
  TooManyRequests: { code: -32029, message: 'Too many requests' },
  ServiceUnavailable: { code: -32053, message: 'Service unavailable' },
  RequestCancelled: { code: -32800, message: 'The request was cancelled' },
} satisfies Record<string, ErrorRow>);

/** A stable word that names one row of the table. */
export type RpcErrorReason = keyof typeof RPC_ERRORS;

const REASON_BY_CODE: ReadonlyMap<number, RpcErrorReason> = new Map(
  (Object.keys(RPC_ERRORS) as RpcErrorReason[]).map((reason) => [RPC_ERRORS[reason].code, reason]),
);

/** The reason that belongs to a code of the table, undefined for any other code. */
export function reasonOfCode(code: number): RpcErrorReason | undefined {
  return REASON_BY_CODE.get(code);
}

/** True for the range that JSON-RPC keeps for itself and for servers. @see JSON-RPC 2.0 §5.1 */
export function isReservedCode(code: number): boolean {
  return code >= -32768 && code <= -32000;
}

/** True if an error with this code may leave the server: a row of the table, or an integer outside the reserved range. */
export function isPermittedCode(code: number): boolean {
  return Number.isInteger(code) && (!isReservedCode(code) || REASON_BY_CODE.has(code));
}

/** What may be said of an error beside its code. */
export interface RpcErrorDetails {
  /** A stable word for programs. For codes of the table it is the row's own word. */
  readonly reason?: string;
  /** Anything JSON can carry. */
  readonly data?: unknown;
  /** What caused it; kept on this side of the wire. */
  readonly cause?: unknown;
}

/** An error that the peer is meant to see: code, sentence, reason and data are sent as they are. */
export class RpcError extends Error {
  static {
    brand(this, 'RpcError');
  }

  readonly code: number;
  readonly reason: string | undefined;
  readonly data: unknown;

  /** @param code a code of {@link RPC_ERRORS}, or the application's own outside -32768..-32000 */
  constructor(code: number, message: string, details: RpcErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RpcError';
    this.code = code;
    this.reason = details.reason ?? reasonOfCode(code);
    this.data = details.data;
  }

  /** An error of the table. @param message defaults to the row's own sentence */
  static of(reason: RpcErrorReason, message: string = RPC_ERRORS[reason].message, data?: unknown): RpcError {
    return new RpcError(RPC_ERRORS[reason].code, message, { reason, data });
  }

  toErrorObject(): ErrorObject {
    return {
      code: this.code,
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.data === undefined ? {} : { data: this.data }),
    };
  }
}
