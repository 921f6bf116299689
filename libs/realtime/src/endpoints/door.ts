/** A way into the app for sessions: a listener on the app's server, on a port of its own, a route. */
import type { RpcEndpoint } from './rpc-endpoint.js';

export interface Door {
  /** Takes sessions from now on; called once, when all endpoints are known. @returns the endpoints that are reached through it */
  open(): Promise<readonly RpcEndpoint[]>;
  /** Takes no more, and ends what it opened itself. The sessions have been sent away before. */
  close(): Promise<void>;
}
