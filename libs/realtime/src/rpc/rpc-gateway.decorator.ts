/** Gives the methods of a provider a common prefix and says at which path they are served. */
import { SetMetadata } from '@nestjs/common';

export const RPC_GATEWAY_METADATA = 'nestjs-realtime:gateway';

export interface RpcGatewayOptions {
  /** The path that serves these methods; parameters as in `/ws/:tenant`. @default the path of the module */
  readonly path?: string;
}

export interface RpcGatewayMetadata extends RpcGatewayOptions {
  readonly prefix: string | undefined;
}

/** @param prefix goes before each name with a dot: `chat` and `send` make `chat.send` */
export function RpcGateway(prefix?: string, options?: RpcGatewayOptions): ClassDecorator;
/** Without a prefix. */
export function RpcGateway(options: RpcGatewayOptions): ClassDecorator;
export function RpcGateway(first?: string | RpcGatewayOptions, options?: RpcGatewayOptions): ClassDecorator {
  const prefix = typeof first === 'string' ? first : undefined;
  const metadata: RpcGatewayMetadata = { ...(typeof first === 'object' ? first : options), prefix };
  return SetMetadata(RPC_GATEWAY_METADATA, metadata);
}
