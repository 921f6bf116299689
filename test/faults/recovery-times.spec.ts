/**
 * How long three processes need until everything that they say is true again. Each fault once; REALTIME_FAULT_ROUNDS=10 takes as many rounds, and
 * REALTIME_FAULT_MS=10000 lets a fault last so long: the worst times are printed, and stand in docs/cluster.md.
 */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { heard } from '../cluster/cluster-node.js';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';

const ROUNDS = Number(process.env.REALTIME_FAULT_ROUNDS ?? 1);
const FAULT_MS = Number(process.env.REALTIME_FAULT_MS ?? 1_000);
const PATIENCE = { timeoutMs: 30_000 };
const ROOM = 'lobby';
const TOPIC = `room:${ROOM}`;

beforeAll(() => buildDemo(), BUILD_MS);

class Cluster implements AsyncDisposable {
  readonly worst = new Map<string, number>();
  private readonly nodes = new Map<string, DemoProcess>();
  private readonly peers: RpcPeer[] = [];

  private constructor(readonly broker: Broker) {}

  static async start(kind: 'redis' | 'nats'): Promise<Cluster> {
    const cluster = new Cluster(await Broker.start(kind));
    for (const name of ['a', 'b', 'c']) await cluster.startNode(name);
    return cluster;
  }

  async startNode(name: string): Promise<void> {
    const { kind, url } = this.broker;
    const node = await DemoProcess.start({
      WS_PUBSUB_ADAPTER: kind,
      [`WS_${kind.toUpperCase()}_URL`]: url,
      WS_NODE_ID: name,
      JWT_SECRET: 'the same for all nodes, as it has to be',
      REALTIME_LIMITS_CONNECTIONS_PER_USER: '1',
    });
    this.nodes.set(name, node);
  }

  node(name: string): DemoProcess {
    const node = this.nodes.get(name);
    if (!node) throw new Error(`There is no node ${name}`);
    return node;
  }

  /** Somebody on a node, in the room if he is let in. */
  async enter(name: string, username: string): Promise<RpcPeer> {
    const peer = await RpcPeer.connect(this.node(name).wsUrl);
    this.peers.push(peer);
    await peer.result('auth.login', { username, password: '123456' });
    await peer.result('subscribe', { topics: [TOPIC] });
    return peer;
  }

  /** Resolves when Redis knows the nodes and the places of the two who are there. Until then somebody might be let in: a sign-in cannot tell. */
  async claimed(redis: Redis): Promise<void> {
    await eventually(async () => {
      const keys = await redis.keys('*');
      const [nodes = ''] = keys.filter((key) => key.endsWith(':nodes'));
      if ((await redis.hlen(nodes)) !== 3 || keys.filter((key) => key.includes(':u:')).length !== 2)
        throw new Error(`There are ${keys.join(', ')}`);
    }, PATIENCE);
  }

  /** Resolves when roster, directory, presence, pushes and readiness say what is there. */
  async whole(admin: RpcPeer, names: readonly string[], test: RpcPeer | undefined): Promise<void> {
    await eventually(async () => {
      const { nodes, missingNodes } = (await admin.result('cluster.stats')) as { nodes: { nodeId: string }[]; missingNodes: string[] };
      assert.deepEqual([nodes.map(({ nodeId }) => nodeId).sort(), missingNodes], [names, []]);
      const { members } = (await admin.result('presence', { topic: TOPIC })) as { members: { userId: string; sessions: number }[] };
      const expected = test ? ['admin 1', 'test 1'] : ['admin 1'];
      assert.deepEqual(members.map(({ userId, sessions }) => `${userId} ${sessions}`).sort(), expected);
      const text = `are you there ${this.peers.length} ${performance.now()}`;
      await admin.result('chat.send', { room: ROOM, text });
      if (test) await eventually(() => assert.equal(textOf(heard(test, 'chat.message').at(-1)), text), { timeoutMs: 500 });
      for (const name of names) assert.equal((await fetch(`${this.node(name).url}/readyz`)).status, 200);
    }, PATIENCE);
    // Nobody has a place too many, and nobody one too few.
    const third = await RpcPeer.connect(this.node('c').wsUrl);
    try {
      const { error } = await third.request('auth.login', { username: 'test', password: '123456' });
      assert.equal(error?.reason, test ? 'TooManyRequests' : undefined);
    } finally {
      await third[Symbol.asyncDispose]();
    }
  }

  async timed(fault: string, work: () => Promise<void>): Promise<void> {
    const startedAtMs = performance.now();
    await work();
    this.worst.set(fault, Math.max(this.worst.get(fault) ?? 0, Math.round(performance.now() - startedAtMs)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) await peer[Symbol.asyncDispose]();
    for (const node of this.nodes.values()) await node.stop('SIGKILL');
    await this.broker[Symbol.asyncDispose]();
  }
}

const textOf = (message: unknown): unknown => (message as { text?: unknown } | undefined)?.text;
/** How long a fault lasts is a part of it: there is nothing to wait for. */
const lasting = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, FAULT_MS));

describe.each(['redis', 'nats'] as const)('Three nodes over %s', (kind) => {
  it(
    'say what is true again after each fault',
    async () => {
      await using cluster = await Cluster.start(kind);
      const { broker } = cluster;
      const admin = await cluster.enter('a', 'admin');
      for (let round = 0; round < ROUNDS; round++) {
        const test = await cluster.enter('b', 'test');
        await cluster.whole(admin, ['a', 'b', 'c'], test);

        process.kill(cluster.node('b').pid, 'SIGSTOP');
        await lasting();
        process.kill(cluster.node('b').pid, 'SIGCONT');
        await cluster.timed('a node stood still', () => cluster.whole(admin, ['a', 'b', 'c'], test));

        await broker.stop();
        await lasting();
        await broker.start();
        await cluster.timed('the broker was away, and comes back empty', () => cluster.whole(admin, ['a', 'b', 'c'], test));

        if (kind === 'redis') {
          const redis = new Redis(broker.port);
          await redis.flushall();
          await cluster.timed('everything at the broker was deleted', () => cluster.claimed(redis));
          redis.disconnect();
          await cluster.whole(admin, ['a', 'b', 'c'], test);
        }

        await cluster.node('b').stop('SIGKILL');
        // With the grace of the demo's rooms.
        await cluster.timed('a node was killed', () => cluster.whole(admin, ['a', 'c'], undefined));
        await cluster.startNode('b');
      }
      expect([...cluster.worst.keys()].length).toBeGreaterThan(2);
      for (const [fault, ms] of cluster.worst) process.stdout.write(`${kind}, worst of ${ROUNDS}: ${fault}: ${ms} ms\n`);
    },
    ROUNDS * (60_000 + 2 * FAULT_MS) + 60_000,
  );
});
