/**
 * What a broker has to do so that many nodes are one hub. Each port says what whoever uses it may rely on; one contract suite holds all engines
 * to it, those of this library and those of a team's own.
 */
import type { ClusterSettings } from './cluster-settings.js';
import type { SessionDirectory } from './session-directory.js';

/** The option `cluster`: a broker that is not connected yet. */
export interface ClusterEngine {
  /** For logs, such as `redis`. */
  readonly name: string;
  readonly settings: ClusterSettings;
  /** What keeps clusters on one broker apart, such as the prefix; signed along with every message where messages are signed. */
  readonly scope?: string;
  /**
   * Connects. Called once by each node that starts.
   * @throws {Error} that says in one sentence what is wrong: no broker, one that is too old, or one that does not do what is needed
   */
  connect(listener: BusListener): Promise<EngineConnection>;
}

/** Takes a text that came in on a channel. Never throws. */
export type TextTaker = (channel: string, text: string) => void;

/** Told by a bus. Its methods must not throw. */
export interface BusListener {
  /** A text came in on a channel that is listened to. */
  onMessage(channel: string, text: string): void;
  /** The broker went out of reach. @param reason a few words */
  onLost(reason: string): void;
  /** It is back, and everything that is listened to is heard again. */
  onBack(): void;
}

export interface EngineConnection {
  readonly bus: ClusterBus;
  readonly leases: NodeLeases;
  readonly directory: SessionDirectory;
  /** Lets go of everything that the engine itself opened; what the team handed over stays open. */
  close(): Promise<void>;
}

/**
 * Carries texts between nodes: at most once, in order for each publisher and channel, to whoever listened before it was published. A node may
 * hear its own. Channels have names of any characters.
 */
export interface ClusterBus {
  /**
   * Resolves when the broker has taken the text.
   * @throws {ClusterBusError} if it has not, or if nobody can say: the text may have been delivered all the same, and is not sent again
   */
  publish(channel: string, text: string): Promise<void>;
  /**
   * Listens to a channel until {@link ignore}, also after the broker was away. Settles when the broker has confirmed it.
   * @throws {ClusterBusError} if it was not confirmed; the channel stays wanted
   */
  listen(channel: string): Promise<void>;
  ignore(channel: string): void;
  /** What is received does not arrive any more, though nothing says so: makes the receiving connection anew. */
  renew(): void;
}

/** A node's place in the roster. */
export interface Lease {
  readonly nodeId: string;
  /** Changes with each start of the process, and each time that the lease was lost. */
  readonly generation: string;
  /** JSON that the others may read. */
  readonly facts: string;
  /** How long the lease is good without another sign of life, in ms. */
  readonly leaseMs: number;
  /** False for the first sign of life of a generation. */
  readonly isHeld: boolean;
}

export interface LeasedNode {
  readonly nodeId: string;
  readonly generation: string;
  readonly facts: string;
}

export interface LeaseView {
  /** `lost`: it was held and is not any more, and was not renewed. `taken`: another process that is alive has the name. */
  readonly verdict: 'held' | 'lost' | 'taken';
  /** Everybody whose lease is good, this node included if its is. */
  readonly nodes: readonly LeasedNode[];
  /** The broker's clock while it was asked, in ms since any moment that is the same for all nodes. Without it signed messages do not get too old. */
  readonly brokerTimeMs?: number;
}

/** Who is alive, by the broker's clock alone: no clock of a node is compared with anything. */
export interface NodeLeases {
  /** Says that this node is alive and reads who else is, in one step. @throws if the broker cannot be asked */
  beat(lease: Lease): Promise<LeaseView>;
  /** Gives the place back at once, if this generation has it. @throws if the broker cannot be asked */
  release(lease: Lease): Promise<void>;
}
