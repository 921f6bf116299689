/** Many nodes in one process, without a broker: for tests of apps, and the measure for all other engines. */
import { ClusterBusError } from './cluster-bus-error.js';
import type {
  BusListener,
  ClusterBus,
  ClusterEngine,
  EngineConnection,
  Lease,
  LeasedNode,
  LeaseView,
  NodeLeases,
} from './cluster-engine.js';
import type { Place } from './claim-rules.js';
import { decide, nodesOf } from './claim-rules.js';
import type { ClusterSettings } from './cluster-settings.js';
import { checkEngine } from './cluster-settings.js';
import type { ClaimVerdict, PlaceEntry, SessionClaim, SessionDirectory } from './session-directory.js';
import { nodeOf } from './session-directory.js';

interface Entry extends LeasedNode {
  readonly goodUntilMs: number;
}

/** Stands for the broker: nodes whose engines were made of one of these are one cluster. */
export class MemoryBroker {
  private readonly buses = new Set<MemoryBus>();
  private readonly leases = new Map<string, Entry>();
  private readonly places = new Map<string, readonly Place[]>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @internal */
  attach(bus: MemoryBus): void {
    this.buses.add(bus);
  }

  /** @internal */
  detach(bus: MemoryBus): void {
    this.buses.delete(bus);
  }

  /** Delivered a microtask later, in the order of publishing, as a broker would: never while the publisher is still at work. @internal */
  publish(channel: string, text: string): void {
    queueMicrotask(() => {
      for (const bus of this.buses) bus.deliver(channel, text);
    });
  }

  /** @internal */
  beat({ nodeId, generation, facts, leaseMs, isHeld }: Lease): LeaseView {
    const nowMs = this.now();
    for (const [id, entry] of this.leases) if (entry.goodUntilMs <= nowMs) this.leases.delete(id);
    const holder = this.leases.get(nodeId);
    const verdict = holder ? (holder.generation === generation ? 'held' : 'taken') : isHeld ? 'lost' : 'held';
    if (verdict === 'held') this.leases.set(nodeId, { nodeId, generation, facts, goodUntilMs: nowMs + leaseMs });
    return { verdict, nodes: [...this.leases.values()], brokerTimeMs: nowMs };
  }

  /** @internal */
  claim(claim: SessionClaim): ClaimVerdict {
    const nowMs = this.now();
    const alive = (this.places.get(claim.userId) ?? []).filter(({ sender }) => {
      const lease = this.leases.get(nodeOf(sender));
      const isListed = lease !== undefined && lease.goodUntilMs > nowMs && sender === `${lease.nodeId}|${lease.generation}`;
      return sender === claim.sender || isListed;
    });
    const { verdict, places } = decide(claim, alive, Math.ceil(nowMs * 1_000));
    this.keep(claim.userId, places);
    return verdict;
  }

  /** @internal */
  giveBack(userId: string, { token }: PlaceEntry): string[] {
    const left = (this.places.get(userId) ?? []).filter((place) => place.token !== token);
    this.keep(userId, left);
    return nodesOf(left);
  }

  private keep(userId: string, places: readonly Place[]): void {
    if (places.length > 0) this.places.set(userId, places);
    else this.places.delete(userId);
  }

  /** @internal */
  release({ nodeId, generation }: Lease): void {
    if (this.leases.get(nodeId)?.generation === generation) this.leases.delete(nodeId);
  }
}

class MemoryBus implements ClusterBus {
  private readonly heard = new Set<string>();
  private isOpen = true;

  constructor(
    private readonly broker: MemoryBroker,
    private readonly listener: BusListener,
  ) {
    broker.attach(this);
  }

  async publish(channel: string, text: string): Promise<void> {
    if (!this.isOpen) throw new ClusterBusError('The engine has been closed');
    this.broker.publish(channel, text);
  }

  async listen(channel: string): Promise<void> {
    if (!this.isOpen) throw new ClusterBusError('The engine has been closed');
    this.heard.add(channel);
  }

  ignore(channel: string): void {
    this.heard.delete(channel);
  }

  renew(): void {
    if (this.isOpen) this.broker.attach(this);
  }

  deliver(channel: string, text: string): void {
    if (this.heard.has(channel)) this.listener.onMessage(channel, text);
  }

  close(): void {
    this.isOpen = false;
    this.broker.detach(this);
  }
}

export interface MemoryEngineOptions extends ClusterSettings {
  readonly broker: MemoryBroker;
}

/**
 * @example `cluster: memoryEngine({ broker })` in two apps of one process, with one `new MemoryBroker()`
 * @throws {RealtimeConfigError} that names every wrong option
 */
export function memoryEngine({ broker, ...settings }: MemoryEngineOptions): ClusterEngine {
  checkEngine(settings, {}, 'memoryEngine');
  return {
    name: 'memory',
    settings,
    async connect(listener: BusListener): Promise<EngineConnection> {
      const bus = new MemoryBus(broker, listener);
      const leases: NodeLeases = {
        beat: async (lease) => broker.beat(lease),
        release: async (lease) => broker.release(lease),
      };
      const directory: SessionDirectory = {
        claim: async (claim) => broker.claim(claim),
        release: async (userId, place) => broker.giveBack(userId, place),
      };
      return { bus, leases, directory, close: async () => bus.close() };
    },
  };
}
