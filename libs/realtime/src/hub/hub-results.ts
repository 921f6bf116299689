/** What the hub says of what it did, here and on other nodes. */
import type { SessionFacts } from '../observe/realtime-observer.js';
import type { SessionCounts } from './session-registry.js';

export interface PushReceipt {
  /** Sessions of this node that took the push; those of other nodes are not counted. */
  readonly reached: number;
}

/** Nodes that are alive for all that is known and did not answer in time; empty on a node that is alone. */
interface WithMissingNodes {
  readonly missingNodes: readonly string[];
}

export interface ClusterCount extends WithMissingNodes {
  /** Over all nodes that answered. */
  readonly count: number;
}

/** A session of some node. */
export interface ClusterSession extends SessionFacts {
  readonly nodeId: string;
}

export interface ClusterSessions extends WithMissingNodes {
  readonly sessions: readonly ClusterSession[];
  /** How many there are, also if not all of them are in `sessions`. */
  readonly count: number;
}

export interface NodeCounts extends SessionCounts {
  readonly nodeId: string;
}

export interface ClusterStats extends WithMissingNodes {
  readonly nodes: readonly NodeCounts[];
  /** Open sessions of all nodes that answered. */
  readonly sessions: number;
  readonly signedIn: number;
  readonly anonymous: number;
}

/** What one peer made of a call. */
export interface PeerFailure {
  readonly nodeId: string;
  readonly sessionId: string;
  /** A code of JSON-RPC if the peer answered with an error, else a word such as `CALL_TIMEOUT`. */
  readonly code: number | string;
  readonly message: string;
}

/** What the peers of one node made of a call. */
export interface CallPart {
  readonly results: readonly { readonly nodeId: string; readonly sessionId: string; readonly value: unknown }[];
  readonly failed: readonly PeerFailure[];
}

export interface ClusterCallResult extends CallPart, WithMissingNodes {}

export interface ClusterCallOptions {
  /** `first`: as soon as one peer has answered, the others' calls are taken back. `all`: every peer is waited for. @default 'all' */
  readonly need?: 'first' | 'all';
  /** How long peers may take, in ms. @default 30_000 */
  readonly timeoutMs?: number;
}
