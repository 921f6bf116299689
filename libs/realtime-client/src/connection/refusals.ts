/** Refusals that will be the same next time. */
import { PeerError, RPC_ERRORS, RpcError } from 'nestjs-realtime-protocol';

/** True for Unauthorized and PermissionDenied, whether the server said it or the application's own code. */
export function isFinal(error: unknown): boolean {
  const { Unauthorized, PermissionDenied } = RPC_ERRORS;
  return (
    (error instanceof PeerError || error instanceof RpcError) && [Unauthorized.code, PermissionDenied.code].includes(error.code as never)
  );
}
