/** What this node is doing at the moment, for health checks and gauges, which need not know the hub. */

export interface NodeSnapshot {
  /** `leaving`: not ready, and serves on while `drain.delayMs` lasts. `draining`: says goodbye to its sessions and takes no new ones. */
  readonly state: 'running' | 'leaving' | 'draining' | 'stopped';
  /** Since the module was made, in ms. */
  readonly uptimeMs: number;
  /** Open sessions. */
  readonly sessions: number;
  /** Sessions whose close frame is on its way. */
  readonly closing: number;
  readonly signedIn: number;
  readonly anonymous: number;
  /** Topics that at least one session listens to. */
  readonly topics: number;
  /** Most sessions that this node takes; 0 if there is no limit. */
  readonly maxSessions: number;
}

/** A port: the token by which `RealtimeModule` provides it. */
export abstract class NodeStatus {
  abstract read(): NodeSnapshot;
}
