import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { ClusterBusError, NodeStatus } from 'nestjs-realtime';
import { Relay } from '../client/relay.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { TestCluster, heard } from './cluster-node.js';
import { EngineRig } from './engines.js';

const HEARTBEAT_MS = 1_000;

/** A loaded machine may be so late. */
const LATE_MS = 1_000;

/** Of two nodes, the second reaches the broker through the relay. */
describe.each(['redis', 'nats'] as const)('With a network that fails between a node and %s', (kind) => {
  let broker: Broker;
  let relay: Relay;
  let rig: EngineRig;
  let cluster: TestCluster;
  let far: RpcPeer;

  beforeEach(async () => {
    broker = await Broker.start(kind);
    relay = await Relay.to(broker.port);
    rig = await EngineRig[kind](broker, [broker.port, relay.port]);
    cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: HEARTBEAT_MS, askTimeoutMs: 20_000 });
    far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
  });
  afterEach(async () => {
    await cluster[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
    await relay[Symbol.asyncDispose]();
  });

  const isReady = (): boolean => {
    const { cluster: status } = cluster.node(1).app.get(NodeStatus, { strict: false }).read();
    return status?.isConnected === true && status.isInRoster;
  };

  /** @returns ms until the condition held */
  async function timeUntil(isSo: () => boolean | Promise<boolean>): Promise<number> {
    const startedAtMs = performance.now();
    await eventually(async () => expect(await isSo()).toBe(true));
    return performance.now() - startedAtMs;
  }

  async function healed(): Promise<void> {
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'again');
      if (heard(far, 'again').length === 0) throw new Error('Nothing came');
    });
    await cluster.whole();
  }

  it('a black hole is noticed, costs no push more than seconds, and new connections into it are given up', async () => {
    relay.swallow();
    const noticed = timeUntil(() => !isReady());
    const startedAtMs = performance.now();
    await expect(cluster.hub(1).pushToTopic('t', 'swallowed')).rejects.toBeInstanceOf(ClusterBusError);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000 + LATE_MS);
    expect(await noticed).toBeLessThan(3 * HEARTBEAT_MS + LATE_MS);
    const renewed = timeUntil(async () => (await cluster.metric('realtime_bus_errors_total', 'deaf')) > 0);
    expect(await renewed).toBeLessThan(2 * HEARTBEAT_MS + LATE_MS);
    await expect(cluster.hub(1).pushToTopic('t', 'refused')).rejects.toBeInstanceOf(ClusterBusError);
    relay.thaw();
    await healed();
  });

  it('a node that is cut off goes on with its own, is named as missing, and is one with the others again', async () => {
    relay.swallow();
    const found = await cluster.hub(0).sessions();
    // Named as soon as its lease is over, however long an answer may take.
    expect([found.count, found.missingNodes.length]).toEqual([0, 1]);
    const pushed = cluster.hub(1).pushToTopic('t', 'own');
    await far.push('own');
    await expect(pushed).rejects.toMatchObject({ reached: 1 });
    relay.cut();
    relay.thaw();
    await healed();
    expect(await cluster.hub(0).sessions()).toMatchObject({ count: 1, missingNodes: [] });
    expect(far.socket.readyState).toBe(far.socket.OPEN);
  });

  it('a message whose receipt was lost is not sent again', async () => {
    const near = await cluster.connect(0);
    await near.result('subscribe', { topics: ['t'] });
    relay.mute();
    await expect(cluster.hub(1).pushToTopic('t', 'once')).rejects.toMatchObject({ code: 'CLUSTER_BUS', reached: 1 });
    await near.push('once');
    relay.cut();
    await healed();
    expect(heard(near, 'once').length).toBe(1);
    expect(heard(far, 'once').length).toBe(1);
  });

  it('a node ends in seconds also where nothing passes', async () => {
    relay.swallow();
    const startedAtMs = performance.now();
    await cluster.node(1).app.close();
    expect(performance.now() - startedAtMs).toBeLessThan(3 * HEARTBEAT_MS + 2_000 + LATE_MS);
  });
});

describe('A server that takes connections and says nothing', () => {
  it('stops a node from starting, with a sentence', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const rig = EngineRig.redisOf(() => new Redis(port, '127.0.0.1', { lazyConnect: true }));
    await expect(TestCluster.start(rig, 1)).rejects.toMatchObject({ code: 'CLUSTER_START', message: expect.stringContaining('Redis') });
    await rig[Symbol.asyncDispose]();
    silent.close();
  });
});
