/** Marks a method of a provider as something peers may call. */
import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ENTRY_PROVIDER_WATERMARK } from '@nestjs/common/internal';

export const RPC_METHOD_METADATA = 'nestjs-realtime:method';

export interface RpcMethodOptions {
  /**
   * Answer with -32008 and fire the signal when the handler is at work for so long, in ms; 0 is no limit. The time for which a call waits
   * for others of its session does not count. @default 0
   */
  readonly timeoutMs?: number;
  /**
   * Let calls of the same session that come behind it wait until it is done, as the library's own `login` does. For methods that
   * sign a session in or out: two of them settle in the order in which they were sent. @default false
   */
  readonly exclusive?: boolean;
}

export interface RpcMethodMetadata extends RpcMethodOptions {
  readonly name: string | undefined;
}

/**
 * @param name the name on the wire, behind the gateway's prefix; defaults to the name of the method.
 * Names that begin with `rpc.` or `$/` are refused at boot, and so is a name that is taken.
 */
export function RpcMethod(name?: string, options?: RpcMethodOptions): MethodDecorator;
/** Served under the name of the method. */
export function RpcMethod(options: RpcMethodOptions): MethodDecorator;
export function RpcMethod(first?: string | RpcMethodOptions, options?: RpcMethodOptions): MethodDecorator {
  const name = typeof first === 'string' ? first : undefined;
  const metadata: RpcMethodMetadata = { ...(typeof first === 'object' ? first : options), name };
  return applyDecorators(SetMetadata(RPC_METHOD_METADATA, metadata), entryProvider);
}

/** Lets request-scoped global enhancers (`APP_GUARD` and the like) reach the provider, as Nest does for gateways. */
const entryProvider: MethodDecorator = (target) => Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target.constructor);
