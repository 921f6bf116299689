/** Which sessions a user has, on all nodes: what limits of a user are decided by. */
import { ClusterBusError } from './cluster-bus-error.js';

/** What makes room for a new session of the user: nothing, all others, or those of the same platform. */
export type Replaces = 'off' | 'user' | 'platform';

export interface SessionClaim {
  readonly userId: string;
  /** Names this claim and no other, on any node. */
  readonly token: string;
  /** Id and generation of the node, as in the roster. */
  readonly sender: string;
  /** Empty for a session that named none. */
  readonly platform: string;
  /** Sessions that may stand beside each other; 0 is no limit. */
  readonly perUser: number;
  readonly replaces: Replaces;
  /** The order that an earlier grant had, for a place that is claimed again; 0 for a new one. */
  readonly order: number;
}

/** A claim that has a place. */
export interface PlaceEntry {
  readonly token: string;
  readonly sender: string;
}

export type ClaimVerdict =
  | {
      readonly verdict: 'granted';
      /** Grows with each new claim of the user, over all nodes. */
      readonly order: number;
      /** Those that had to make room; they have lost their places. */
      readonly replaced: readonly PlaceEntry[];
      /** Nodes where the user has places now, this one included. */
      readonly nodes: readonly string[];
    }
  /** `full`: the user has too many. `replaced`: a place that is claimed again, and somebody came after it. Nothing was changed. */
  | { readonly verdict: 'full' | 'replaced' };

/**
 * Claims of one user are decided one after the other. Places of nodes that are not in the roster any more, or are there in another generation, count
 * for nothing and go.
 */
export interface SessionDirectory {
  /**
   * Takes a place for a session, in one step with the decision whether there is one. A claim that has its place already keeps it.
   * @throws if the broker cannot be asked; then nobody can say whether the place was taken
   */
  claim(claim: SessionClaim): Promise<ClaimVerdict>;
  /**
   * Gives a place back; one that is gone already is no fault.
   * @returns nodes where the user has places still
   * @throws if the broker cannot be asked
   */
  release(userId: string, place: PlaceEntry): Promise<readonly string[]>;
}

/** How long what a user has stays without being touched, in ms; nodes touch it well before. */
export const PLACES_LIFE_MS = 15 * 60_000;

/** The node of a sender. */
export function nodeOf(sender: string): string {
  return sender.slice(0, sender.lastIndexOf('|'));
}

const outOfReach = (): Promise<never> => Promise.reject(new ClusterBusError('The broker is out of reach'));

/** While there is no broker. */
export const NO_DIRECTORY: SessionDirectory = { claim: outOfReach, release: outOfReach };
