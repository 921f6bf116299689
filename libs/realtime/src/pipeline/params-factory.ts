/** What each of Nest's parameter decorators gives a handler of an RPC call. */
import type { RpcCall } from '../rpc/rpc-call.js';

/**
 * The kinds that `@ConnectedSocket()`, `@MessageBody()` and `@Ack()` are stored under; `CALL` is the library's own.
 * `@Req()` and `@Body()` share the first two numbers, so a controller's handler can serve RPC as well.
 */
export const ParamKind = Object.freeze({ SOCKET: 0, PAYLOAD: 3, ACK: 13, CALL: 1000 });

/** The arguments that guards, interceptors and parameter decorators see. `getPattern()` looks at the last one. */
export type HandlerArguments = readonly [client: unknown, data: unknown, call: RpcCall, pattern: string];

export const RPC_PARAMS_FACTORY = Object.freeze({
  exchangeKeyForValue(kind: number, member: unknown, args: HandlerArguments): unknown {
    switch (kind) {
      case ParamKind.SOCKET:
        return args[0];
      case ParamKind.PAYLOAD:
        return typeof member === 'string' ? ownMember(args[1], member) : args[1];
      case ParamKind.CALL:
        return args[2];
      case ParamKind.ACK:
        return (value: unknown): void => args[2].acknowledge(value);
      default:
        return undefined;
    }
  },
});

/** A member of the params, or an element by its index. What the prototype has is not a member. */
function ownMember(params: unknown, member: string): unknown {
  if (typeof params !== 'object' || params === null || !Object.hasOwn(params, member)) return undefined;
  return (params as Record<string, unknown>)[member];
}
