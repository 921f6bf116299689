import { Redis } from 'ioredis';
import type { RpcPeer } from '../support/rpc-peer.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard, isWhole } from './cluster-node.js';
import { EngineRig } from './engines.js';

const ONE = { limits: { connections: { perUser: 1 } } };
const signIn = (peer: RpcPeer, userId: string) => peer.request('sign.in', { userId });

async function whole(cluster: TestCluster): Promise<void> {
  for (const node of cluster.nodes) await eventually(() => expect(isWhole(node)).toBe(true));
}

describe.each(['redis', 'nats'] as const)('Limits of a user with a broker that fails, %s', (kind) => {
  let broker: Broker;
  let rig: EngineRig;

  beforeEach(async () => {
    broker = await Broker.start(kind);
    rig = await EngineRig[kind](broker);
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  it('let people in on what a node knows, and end with those who are too many when it is back', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, ONE);
    const first = await cluster.connect(0, 'ann');
    const [second, third] = [await cluster.connect(1), await cluster.connect(1)];
    await broker.stop();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([false, false]));
    expect((await signIn(second, 'ann')).error).toBeUndefined();
    expect((await signIn(third, 'ann')).error?.reason).toBe('TooManyRequests');
    await broker.start();
    // Both places are claimed anew, and one of them has to go.
    const gone = await Promise.race([first.closed, second.closed]);
    expect(gone).toMatchObject({ code: 4008, reason: 'ConnectionLimit' });
    await whole(cluster);
    expect((await cluster.hub(0).sessions({ kind: 'user', userId: 'ann' })).count).toBe(1);
    expect((await signIn(await cluster.connect(0), 'ann')).error?.reason).toBe('TooManyRequests');
  });

  it('have the newest session win that signed in meanwhile', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { singleSession: 'user' });
    const first = await cluster.connect(0, 'ann');
    const second = await cluster.connect(1);
    await broker.stop();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([false, false]));
    expect((await signIn(second, 'ann')).error).toBeUndefined();
    await broker.start();
    expect((await first.closed).code).toBe(4501);
    await whole(cluster);
    await second.result('heartbeat');
  });

  it('refuse, where it is wished so, until it is back', async () => {
    await using cluster = await TestCluster.start(rig, 2, { directory: 'strict' }, ONE);
    const peer = await cluster.connect(1);
    await broker.stop();
    await eventually(() => expect(isWhole(cluster.node(1))).toBe(false));
    expect((await signIn(peer, 'ann')).error).toMatchObject({ code: -32053, reason: 'ServiceUnavailable', data: { retryAfterMs: 1_000 } });
    await broker.start();
    await eventually(async () => expect((await signIn(peer, 'ann')).error).toBeUndefined());
    await whole(cluster);
    expect((await signIn(await cluster.connect(0), 'ann')).error?.reason).toBe('TooManyRequests');
  });
});

describe('Limits of a user over Redis', () => {
  it('are whole again after everything was deleted, and leave nothing behind when all have left', async () => {
    await using rig = await EngineRig.redis();
    await using cluster = await TestCluster.start(rig, 2, {}, ONE);
    const redis = new Redis(rig.broker?.port ?? 0);
    const keys = async (): Promise<string[]> => (await redis.keys('*')).filter((key) => key.includes(':u:'));
    try {
      const peers = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'bob'), await cluster.connect(1, 'b:{*} ö')];
      expect((await keys()).length).toBe(3);
      for (const key of await keys()) expect(await redis.pttl(key)).toBeGreaterThan(0);
      await redis.flushall();
      await eventually(async () => expect((await keys()).length).toBe(3));
      await whole(cluster);
      expect((await signIn(await cluster.connect(1), 'ann')).error?.reason).toBe('TooManyRequests');
      for (const peer of peers) peer.socket.close();
      await eventually(async () => expect(await keys()).toEqual([]));
      expect(peers.flatMap((peer) => heard(peer, 'session.kicked'))).toEqual([]);
    } finally {
      redis.disconnect();
    }
  });
});
