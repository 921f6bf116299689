/** What a suite is: cases that are measured on a fresh server of each peer in each round. */
import type { Broker } from '../cluster/broker.js';
import type { Goal } from '../cluster/goal.js';
import type { Target } from '../load/open-clients.js';
import type { LoadWatch } from '../load/load-watch.js';
import type { Peer } from '../runner/peers.js';
import type { ServerProcess } from '../runner/server-process.js';
import type { Scale } from './scale.js';

/** One thing that is measured. */
export interface Case {
  readonly id: string;
  readonly title: string;
  /** What one operation is and how many there are. */
  readonly detail: string;
  /** Of the figure that is compared. */
  readonly unit: string;
  /** Most that nestjs-realtime wants to need, as a share of what the suite's reference needs; undefined if nothing is promised. */
  readonly target?: number | undefined;
  /** What single servers want to reach beside that. */
  readonly goals?: readonly Goal[];
}

/** What one case of one round came to. */
export interface Sample {
  /** The figure that is compared; less is better. */
  readonly figure: number;
  /** Operations per second of wall time. */
  readonly perSecond?: number;
  /** Share of the wall time in which the load's own process was busy; near 1 the load held the server up. */
  readonly loadBusy?: number;
}

/** Where a further server of a measurement runs: on the core of the first one, on that of the load, or on that of the first one and knowing of no other. */
export type Whereabouts = 'beside' | 'apart' | 'alone';

/** A running server and what is needed to load it. */
export interface Bench {
  readonly server: ServerProcess;
  readonly target: Target;
  /** The name of the server. */
  readonly peer: string;
  readonly watch: LoadWatch;
  readonly scale: Scale;
  /** Of the peers that have one. */
  readonly broker: Broker | undefined;
  /** Starts one more server of the peer, another node of the same cluster where there is one. */
  another(where: Whereabouts): Promise<ServerProcess>;
}

export interface Suite {
  readonly name: string;
  /** Servers of its own; undefined for those of all suites. */
  readonly peers?: readonly Peer[];
  /** The one of them that the others are compared with. */
  readonly reference?: string;
  /** How often each peer has its turn. */
  rounds(scale: Scale): number;
  cases(scale: Scale): readonly Case[];
  /** @returns a sample for each case, by its id */
  run(bench: Bench): Promise<Readonly<Record<string, Sample>>>;
}
