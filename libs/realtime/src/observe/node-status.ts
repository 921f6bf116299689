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
  /** Members that sessions of this node are in topics with the option `presence`, over all topics. */
  readonly present: number;
  /** Most sessions that this node takes; 0 if there is no limit. */
  readonly maxSessions: number;
  /** How this node stands to the others; absent on a node that is alone. */
  readonly cluster?: ClusterSnapshot;
}

export interface ClusterSnapshot {
  /** Such as `redis`. */
  readonly engine: string;
  readonly nodeId: string;
  /** Whether the broker is there and what it carries arrives. */
  readonly isConnected: boolean;
  /** Whether the others know that this node lives. */
  readonly isInRoster: boolean;
  /** Whether the broker knows all that this node has: false on its way back, until what was lost is there again. */
  readonly isSettled: boolean;
  /** Nodes that are alive, this one included, as far as this one knows. */
  readonly nodes: number;
}

/** A port: the token by which `RealtimeModule` provides it. */
export abstract class NodeStatus {
  abstract read(): NodeSnapshot;
}
