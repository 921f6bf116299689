/** How many connections this node takes, in all and from one address. A place is taken before anything is asked of others. */
import { addressKey } from '../limits/address-key.js';
import type { Refusal } from './refusal.js';
import { Refusals } from './refusal.js';

/** 0 is no limit. */
export interface ConnectionLimits {
  /** Sessions of this node. @default 0 */
  readonly total?: number;
  /** Sessions of one user. @default 0 */
  readonly perUser?: number;
  /** Connections from one IPv4 address, or from one IPv6 network of 64 bits. @default 0 */
  readonly perAddress?: number;
  /** Sessions of this node that have not signed in. @default 0 */
  readonly anonymous?: number;
}

export const CONNECTION_LIMIT_DEFAULTS = Object.freeze({
  total: 0,
  perUser: 0,
  perAddress: 0,
  anonymous: 0,
}) satisfies Required<ConnectionLimits>;

/** Gives a place back; the second time changes nothing. */
export type Release = () => void;

export class ConnectionLimiter {
  private taken = 0;
  private readonly takenBy = new Map<string, number>();

  constructor(private readonly limits: Pick<Required<ConnectionLimits>, 'total' | 'perAddress'>) {}

  /** Connections that hold a place; 0 if nothing is limited. */
  get size(): number {
    return this.taken;
  }

  /** Addresses that hold a place. */
  get addresses(): number {
    return this.takenBy.size;
  }

  /** @returns the way to give the place back, or why there is none; undefined if nothing is limited */
  take(address: string): Release | Refusal | undefined {
    const { total, perAddress } = this.limits;
    if (total === 0 && perAddress === 0) return undefined;
    const network = addressKey(address);
    if (perAddress > 0 && (this.takenBy.get(network) ?? 0) >= perAddress) return Refusals.addressLimit;
    if (total > 0 && this.taken >= total) return Refusals.totalLimit;
    this.taken++;
    this.takenBy.set(network, (this.takenBy.get(network) ?? 0) + 1);
    let held = true;
    return () => {
      if (held) this.giveBack(network);
      held = false;
    };
  }

  private giveBack(network: string): void {
    this.taken--;
    const left = (this.takenBy.get(network) ?? 0) - 1;
    if (left > 0) this.takenBy.set(network, left);
    else this.takenBy.delete(network);
  }
}
