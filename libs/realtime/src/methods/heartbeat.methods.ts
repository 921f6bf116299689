/** Lets a peer ask whether the server is there and what time it is. */
import { BuiltinRpcMethod } from '../rpc/builtin-method.decorator.js';
import { Public } from '../auth/public.decorator.js';
import type { RpcCall } from '../rpc/rpc-call.js';

export interface HeartbeatResult {
  readonly status: 'ok';
  /** Unix time in seconds. */
  readonly server_time: number;
}

export class HeartbeatMethods {
  @BuiltinRpcMethod('heartbeat')
  @Public()
  heartbeat(_call: RpcCall): HeartbeatResult {
    return { status: 'ok', server_time: Math.floor(Date.now() / 1000) };
  }
}
