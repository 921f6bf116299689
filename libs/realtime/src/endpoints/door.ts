/** A way into the app for sessions: a listener on the app's server, on a port of its own, a route. */
import type { RpcEndpoint } from './rpc-endpoint.js';

export interface Door {
  /**
   * Takes sessions from now on; called once, when all endpoints are known.
   * @param reached told of endpoints as soon as somebody listens for their sessions
   * @returns the endpoints that are reached through it, now or when the app listens
   */
  open(reached: (endpoints: readonly RpcEndpoint[]) => void): Promise<readonly RpcEndpoint[]>;
  /** Takes no more, and ends what it opened itself. The sessions have been sent away before. */
  close(): Promise<void>;
}
