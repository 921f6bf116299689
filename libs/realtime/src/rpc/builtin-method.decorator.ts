/** Marks the library's own methods; their names on the wire come from the options. */
import { SetMetadata } from '@nestjs/common';
import type { BuiltinMethod } from 'nestjs-realtime-protocol';

export const BUILTIN_METHOD_METADATA = 'nestjs-realtime:builtin';

/** Whoever sends a call behind one of these means it as the user that the session is then. */
export const EXCLUSIVE_BUILTINS: ReadonlySet<BuiltinMethod> = new Set(['login', 'refresh', 'logout']);

export function BuiltinRpcMethod(which: BuiltinMethod): MethodDecorator {
  return SetMetadata(BUILTIN_METHOD_METADATA, which);
}
