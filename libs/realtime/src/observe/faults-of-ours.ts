/** Which errors are the server's own. */
import { RPC_ERRORS } from 'nestjs-realtime-protocol';

/** Codes that the server answers for; any other is the peer's affair, or an error that the application meant. */
export const FAULTS_OF_OURS: ReadonlySet<number> = new Set([
  RPC_ERRORS.InternalError.code,
  RPC_ERRORS.Timeout.code,
  RPC_ERRORS.ServiceUnavailable.code,
]);
