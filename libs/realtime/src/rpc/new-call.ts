/** Makes the call that a handler is to serve, and names the errors of those that none will. */
import type { Call } from 'nestjs-realtime-protocol';
import { RpcError } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import type { Session } from '../session/session.js';
import type { RegisteredMethod } from './method-registry.js';
import { RpcCall } from './rpc-call.js';

export const METHOD_NOT_FOUND = RpcError.of('MethodNotFound').toErrorObject();
export const DRAINING = RpcError.of('ServiceUnavailable', 'This node is going away and begins no more calls').toErrorObject();
export const ID_IN_FLIGHT = RpcError.of('InvalidRequest', 'A request with this id is still being served').toErrorObject();
export const CANCELLED = RpcError.of('RequestCancelled').toErrorObject();

/**
 * @param method undefined if none has the name
 * @param arrivedAtMs when its frame came, if that was before now
 */
export function newCall(
  session: Session,
  { params, idText }: Call,
  method: RegisteredMethod | undefined,
  observers: Observers,
  arrivedAtMs: number | undefined,
): RpcCall {
  const timeoutMs = method?.timeoutMs ?? 0;
  const deadlineAtMs = timeoutMs > 0 ? Date.now() + timeoutMs : undefined;
  const watching = observers.hearsCalls ? observers : undefined;
  return new RpcCall(session, method?.name ?? 'unknown', params, idText, deadlineAtMs, watching, arrivedAtMs);
}
