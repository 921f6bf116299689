import { RpcError } from 'nestjs-realtime';
import type { Principal, Session } from 'nestjs-realtime';

/** Who the session is. The guard has let it pass, but it may have signed out since. @throws {RpcError} Unauthorized */
export function signedIn({ principal }: Session): Principal {
  if (!principal) throw RpcError.of('Unauthorized', 'Sign in first');
  return principal;
}
