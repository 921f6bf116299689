/** Where the methods of a gateway are served. */
import { GATEWAY_METADATA, GATEWAY_OPTIONS, PORT_METADATA } from '@nestjs/websockets/internal';
import type { ProviderMethod } from './provider-methods.js';
import { classOf } from './provider-methods.js';
import type { RpcGatewayMetadata } from '../rpc/rpc-gateway.decorator.js';
import { RPC_GATEWAY_METADATA } from '../rpc/rpc-gateway.decorator.js';

/** Where methods are served: at a path, on the app's port (0) or on one of their own. An undefined path is the module's. */
export interface Place {
  readonly path: string | undefined;
  readonly port: number;
}

/** The place of a provider that may be an `@RpcGateway()`. */
export function rpcGatewayPlace(found: ProviderMethod): Place {
  const isRpcGateway = ownerMetadata(found, RPC_GATEWAY_METADATA) !== undefined;
  // On its way from one to the other a gateway keeps its methods together.
  if (!isRpcGateway && isNestGateway(found)) return nestGatewayPlace(found);
  return { path: ownerMetadata<RpcGatewayMetadata>(found, RPC_GATEWAY_METADATA)?.path, port: 0 };
}

/** The place of a `@WebSocketGateway()`. */
export function nestGatewayPlace(found: ProviderMethod): Place {
  const options = ownerMetadata<{ path?: string }>(found, GATEWAY_OPTIONS);
  return { path: options?.path, port: ownerMetadata<number>(found, PORT_METADATA) ?? 0 };
}

export function isNestGateway(found: ProviderMethod): boolean {
  return ownerMetadata<boolean>(found, GATEWAY_METADATA) !== undefined;
}

/** Metadata of the class that a method belongs to. */
export function ownerMetadata<T>(found: ProviderMethod, key: string): T | undefined {
  const owner = classOf(found);
  return owner ? (Reflect.getMetadata(key, owner) as T | undefined) : undefined;
}
