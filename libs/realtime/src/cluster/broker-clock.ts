/** The broker's time as this node knows it: told with each heartbeat, and carried on by a clock that only grows. Clocks of nodes are not compared. */
import type { LeaseView, NodeLeases } from './cluster-engine.js';

export class BrokerClock {
  /** Not before the first heartbeat; with a broker that does not tell, time stands still at 0. */
  private timeAt: ((nowMs: number) => number) | undefined;

  /** @param now a clock that only grows, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** In ms; undefined before the first heartbeat. */
  read(): number | undefined {
    return this.timeAt?.(this.now());
  }

  /** The same leases; what they tell of the broker's time is remembered before anybody hears of the rest. */
  listening(leases: NodeLeases): NodeLeases {
    return {
      beat: async (lease) => {
        const askedAtMs = this.now();
        const view = await leases.beat(lease);
        this.take(view, askedAtMs);
        return view;
      },
      release: (lease) => leases.release(lease),
    };
  }

  private take({ brokerTimeMs }: LeaseView, askedAtMs: number): void {
    if (brokerTimeMs === undefined) {
      this.timeAt ??= () => 0;
      return;
    }
    // It was so at some moment in between.
    const aheadMs = brokerTimeMs - (askedAtMs + this.now()) / 2;
    this.timeAt = (nowMs) => Math.round(aheadMs + nowMs);
  }
}
