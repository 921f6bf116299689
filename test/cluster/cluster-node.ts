/** Apps of one cluster in this process, each with an engine of its own. */
import type { Type } from '@nestjs/common';
import type { ClusterEngine, ClusterSettings, EngineConnection, HubService, RealtimeOptions } from 'nestjs-realtime';
import { NodeStatus, RpcCall, RpcMethod } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import type { RunningNode } from '../support/start-node.js';
import { Scrape } from '../observe/scrape.js';
import { startNode } from '../support/start-node.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import type { EngineRig } from './engines.js';

/** Signs a session in as whoever it says. */
export class Door {
  @RpcMethod('sign.in')
  async signIn({ userId, platform }: { userId: string; platform?: string }, { session }: RpcCall): Promise<string> {
    await session.login({ userId, ...(platform === undefined ? {} : { platform }) });
    return session.id;
  }
}

export class TestCluster implements AsyncDisposable {
  readonly nodes: RunningNode[] = [];
  private readonly peers: RpcPeer[] = [];
  private readonly cuts: (() => void)[] = [];

  private constructor(private readonly makeEngine: ReturnType<EngineRig['apart']>) {}

  /** Starts nodes that know each other when this resolves. */
  static async start(
    rig: Pick<EngineRig, 'apart'>,
    count = 3,
    settings: ClusterSettings = {},
    options: RealtimeOptions = {},
    providers: readonly Type[] = [],
  ): Promise<TestCluster> {
    const cluster = new TestCluster(rig.apart({ nodeHeartbeatMs: 200, ...settings }));
    for (let index = 0; index < count; index++) await cluster.add(options, providers);
    await cluster.whole();
    return cluster;
  }

  async add(options: RealtimeOptions = {}, providers: readonly Type[] = []): Promise<RunningNode> {
    const cluster = cuttable(await this.makeEngine());
    this.cuts.push(cluster.cut);
    const node = await startNode({
      imports: [RealtimePrometheusModule.forRoot({ defaultMetrics: false })],
      providers: [Door, ...providers],
      options: { defaultTopicPolicy: 'allow', ...options, cluster: cluster.engine },
    });
    this.nodes.push(node);
    return node;
  }

  /** Every node knows every other. */
  async whole(): Promise<void> {
    for (const { hub } of this.nodes) {
      await eventually(async () => {
        const { nodes, missingNodes } = await hub.clusterStats();
        if (nodes.length !== this.nodes.length || missingNodes.length > 0) throw new Error(`${nodes.length} of ${this.nodes.length} nodes`);
      });
    }
  }

  /** For whoever else can reach the broker. */
  async anotherEngine(): Promise<ClusterEngine> {
    return this.makeEngine();
  }

  /** Somebody else who can write to the broker. */
  async stranger(): Promise<EngineConnection> {
    return (await this.makeEngine()).connect({ onMessage: () => undefined, onLost: () => undefined, onBack: () => undefined });
  }

  /** Messages that the nodes have refused. */
  rejections(): Promise<number> {
    return this.metric('realtime_bus_rejected_total');
  }

  /** A counter, over all its labels or those with one value. The nodes of one process feed the same metrics. */
  async metric(name: string, label?: string): Promise<number> {
    const { families } = await Scrape.of(this.node(0));
    const samples = (families.get(name)?.samples ?? []).filter(
      ({ labels }) => label === undefined || Object.values(labels).includes(label),
    );
    return samples.reduce((sum, { value }) => sum + value, 0);
  }

  /** The node says no more that it lives, and gives nothing back: for the others it was killed. */
  async lose(index: number): Promise<void> {
    this.cuts[index]?.();
  }

  hub(index: number): HubService {
    return this.node(index).hub;
  }

  node(index: number): RunningNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`There is no node ${index}`);
    return node;
  }

  async connect(index: number, userId?: string, platform?: string): Promise<RpcPeer> {
    const peer = await this.node(index).connect();
    this.peers.push(peer);
    if (userId !== undefined) await peer.result('sign.in', { userId, ...(platform === undefined ? {} : { platform }) });
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) await peer[Symbol.asyncDispose]();
    for (const node of this.nodes) await node[Symbol.asyncDispose]();
  }
}

/** An engine whose node can be made mute towards the others. */
function cuttable(engine: ClusterEngine): { readonly engine: ClusterEngine; readonly cut: () => void } {
  let isCut = false;
  const unlessCut =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (isCut) throw new Error('This node is cut off');
      return work(...args);
    };
  return {
    cut: () => (isCut = true),
    engine: {
      ...engine,
      async connect(listener) {
        const { bus, leases, directory, close } = await engine.connect(listener);
        return {
          bus,
          close,
          leases: { beat: unlessCut((lease) => leases.beat(lease)), release: unlessCut((lease) => leases.release(lease)) },
          directory: {
            claim: unlessCut((claim) => directory.claim(claim)),
            release: unlessCut((userId, place) => directory.release(userId, place)),
          },
        };
      },
    },
  };
}

/** Whether the node is one of the cluster, and the broker knows all of it. */
export function isWhole(node: RunningNode): boolean {
  const { cluster } = node.app.get(NodeStatus, { strict: false }).read();
  return cluster?.isConnected === true && cluster.isInRoster && cluster.isSettled;
}

/** The texts that came with a method, in order. */
export function heard(peer: RpcPeer, method: string): unknown[] {
  return peer.pushes.filter((push) => push.method === method).map(({ params }) => params);
}
