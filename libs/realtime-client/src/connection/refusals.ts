/** Refusals that will be the same next time. */
import { PeerError, RPC_ERRORS, RpcError } from 'nestjs-realtime-protocol';

/** True for Unauthorized and PermissionDenied, whether the server said it or the application's own code. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof PeerError || error instanceof RpcError)) return false;
  return error.code === RPC_ERRORS.Unauthorized.code || error.code === RPC_ERRORS.PermissionDenied.code;
}
