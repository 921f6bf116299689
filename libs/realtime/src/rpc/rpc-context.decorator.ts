/** Gives a handler the call that it serves. */
import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { RpcCall } from './rpc-call.js';

/** The call: id, method, session, signal and deadline. */
export type RpcContext = RpcCall;

/** Where the call stands among the arguments that Nest's guards and interceptors see: client, data, call, pattern. */
export const RPC_CALL_ARGUMENT = 2;

/** The call of any execution context that began with an RPC call; for guards, interceptors and decorators. */
export function rpcCallOf(context: ExecutionContext): RpcCall {
  return context.getArgByIndex<RpcCall>(RPC_CALL_ARGUMENT);
}

export const RpcContext: () => ParameterDecorator = createParamDecorator((_data: unknown, context: ExecutionContext) => rpcCallOf(context));
