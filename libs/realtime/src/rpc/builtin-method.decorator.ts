/** Marks the library's own methods; their names on the wire come from the options. */
import { SetMetadata } from '@nestjs/common';
import type { BuiltinMethod } from 'nestjs-realtime-protocol';
import type { RpcCall } from './rpc-call.js';

export const BUILTIN_METHOD_METADATA = 'nestjs-realtime:builtin';

/** Whoever sends a call behind one of these means it as the user that the session is then. */
export const EXCLUSIVE_BUILTINS: ReadonlySet<BuiltinMethod> = new Set(['login', 'refresh', 'logout']);

type Builtin = (call: RpcCall) => unknown;

/** How a method ended, whatever interceptors make of it. */
type Ending = { readonly returned: unknown } | { readonly thrown: unknown };

const endings = new WeakMap<RpcCall, Ending>();

/** The method takes the call, whose params are those that came, whatever pipes would make of them. */
export function BuiltinRpcMethod(
  which: BuiltinMethod,
): <T extends Builtin>(owner: object, name: string, method: TypedPropertyDescriptor<T>) => void {
  return (owner, name, method) => {
    const act = method.value as Builtin;
    const recorded = function (this: unknown, call: RpcCall): unknown {
      try {
        const returned = act.call(this, call);
        endings.set(call, { returned });
        return returned;
      } catch (thrown) {
        endings.set(call, { thrown });
        throw thrown;
      }
    };
    method.value = recorded as NonNullable<typeof method.value>;
    // What decorators below this one have written.
    for (const key of Reflect.getMetadataKeys(act)) Reflect.defineMetadata(key, Reflect.getMetadata(key, act), recorded);
    SetMetadata(BUILTIN_METHOD_METADATA, which)(owner, name, method);
  };
}

/**
 * What a method of the library's own answers with: its result is part of the wire, and an app-wide interceptor that wraps, replaces or
 * empties every result must not change it.
 * @throws what the method threw; {Error} if an interceptor did not call it
 */
export function builtinResult(call: RpcCall): unknown {
  const ending = endings.get(call);
  if (!ending) throw new Error(`An interceptor did not call ${call.method}, which only the library can answer`);
  if ('thrown' in ending) throw ending.thrown;
  return ending.returned;
}
