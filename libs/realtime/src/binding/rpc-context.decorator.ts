/** Gives a handler the call that it serves. */
import type { ExecutionContext } from '@nestjs/common';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/internal';
import { ParamKind } from '../pipeline/params-factory.js';
import type { RpcCall } from '../rpc/rpc-call.js';

/** The call: id, method, session, signal and deadline. */
export type RpcContext = RpcCall;

/** Where the call stands among the arguments that Nest's guards and interceptors see: client, data, call, pattern. */
const CALL_ARGUMENT = 2;

/** The call of an execution context that began with an RPC call; for guards, interceptors and decorators of an application. */
export function rpcCallOf(context: ExecutionContext): RpcCall {
  return context.getArgByIndex<RpcCall>(CALL_ARGUMENT);
}

/** For a parameter of an RPC handler. */
export function RpcContext(): ParameterDecorator {
  return (target, methodName, index) => {
    if (methodName === undefined) throw new TypeError('@RpcContext() is for parameters of methods');
    const known = (Reflect.getMetadata(PARAM_ARGS_METADATA, target.constructor, methodName) ?? {}) as object;
    const own = { [`${ParamKind.CALL}:${index}`]: { index, data: undefined, pipes: [] } };
    Reflect.defineMetadata(PARAM_ARGS_METADATA, { ...known, ...own }, target.constructor, methodName);
  };
}
