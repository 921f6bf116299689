import type { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

const GRACE_MS = 700;
const ROOMS = { topics: { 'room:*': { presence: { graceMs: GRACE_MS } } } };

const join = (peer: RpcPeer, topic = 'room:1') => peer.result('subscribe', { topics: [topic] });
const leave = (peer: RpcPeer, topic = 'room:1') => peer.result('unsubscribe', { topics: [topic] });
const joinedOf = (peer: RpcPeer): string[] =>
  heard(peer, 'presence.joined').map((params) => (params as { member: { userId: string } }).member.userId);
const leftOf = (peer: RpcPeer): string[] =>
  heard(peer, 'presence.left').map((params) => (params as { member: { userId: string } }).member.userId);

/** Who is there, as every node tells it. */
async function seen(cluster: TestCluster, expected: Readonly<Record<string, number>>, topic = 'room:1'): Promise<void> {
  for (const { hub } of cluster.nodes) {
    await eventually(async () => {
      const { members, count, missingNodes } = await hub.presence(topic);
      expect(missingNodes).toEqual([]);
      expect(Object.fromEntries(members.map(({ userId, sessions }) => [userId, sessions]))).toEqual(expected);
      expect(count).toBe(Object.keys(expected).length);
    });
  }
}

describe.each(RIGS)('Presence over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('tells of a user once, however many sessions on however many nodes there are', async () => {
    await using cluster = await TestCluster.start(rig, 3, {}, ROOMS);
    const watcher = await cluster.connect(0, 'watcher');
    await join(watcher);
    const anns = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann'), await cluster.connect(2, 'ann')];
    for (const ann of anns) await join(ann);
    await seen(cluster, { watcher: 1, ann: 3 });
    for (const ann of anns.slice(0, 2)) await leave(ann);
    await seen(cluster, { watcher: 1, ann: 1 });
    expect([joinedOf(watcher), leftOf(watcher)]).toEqual([['watcher', 'ann'], []]);
    await leave(anns[2] as RpcPeer);
    await seen(cluster, { watcher: 1 });
    await eventually(() => expect(leftOf(watcher)).toEqual(['ann']));
    expect(await watcher.result('presence', { topic: 'room:1' })).toEqual({ members: [{ userId: 'watcher', sessions: 1 }], count: 1 });
  });

  it('says nothing of somebody who comes back within the grace, on another node', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, ROOMS);
    const watcher = await cluster.connect(0, 'watcher');
    const ann = await cluster.connect(0, 'ann');
    for (const peer of [watcher, ann]) await join(peer);
    await seen(cluster, { watcher: 1, ann: 1 });
    ann.socket.terminate();
    await seen(cluster, { watcher: 1, ann: 0 });
    const again = await cluster.connect(1, 'ann');
    await join(again);
    await seen(cluster, { watcher: 1, ann: 1 });
    again.socket.terminate();
    await eventually(() => expect(leftOf(watcher)).toEqual(['ann']));
    expect(joinedOf(watcher)).toEqual(['watcher', 'ann']);
    await seen(cluster, { watcher: 1 });
  });

  it('lets whoever says goodbye go at once', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { topics: { 'room:*': { presence: { graceMs: 3_600_000 } } } });
    const [watcher, ann] = [await cluster.connect(0, 'watcher'), await cluster.connect(1, 'ann')];
    for (const peer of [watcher, ann]) await join(peer);
    await eventually(() => expect(joinedOf(watcher)).toEqual(['watcher', 'ann']));
    ann.socket.close(1000);
    await eventually(() => expect(leftOf(watcher)).toEqual(['ann']));
    await seen(cluster, { watcher: 1 });
  });

  it('lets the people of a node that is gone go, each once', async () => {
    await using cluster = await TestCluster.start(rig, 3, { nodeHeartbeatMs: 300 }, ROOMS);
    const [watcher, ann, bob, bobToo] = [
      await cluster.connect(0, 'watcher'),
      await cluster.connect(1, 'ann'),
      await cluster.connect(1, 'bob'),
      await cluster.connect(2, 'bob'),
    ];
    for (const peer of [watcher, ann, bob, bobToo]) await join(peer);
    await seen(cluster, { watcher: 1, ann: 1, bob: 2 });
    await cluster.lose(1);
    await eventually(() => expect(leftOf(watcher)).toEqual(['ann']));
    expect((await cluster.hub(0).presence('room:1')).members).toEqual([
      { userId: 'watcher', sessions: 1 },
      { userId: 'bob', sessions: 1 },
    ]);
  });

  it('lets the people of a node that is gone come back within the grace of each topic', async () => {
    const topics = { 'room:*': { presence: { graceMs: 3_600_000 } }, 'hall:*': { presence: { graceMs: 0 } } };
    await using cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: 300 }, { topics });
    const [watcher, ann] = [await cluster.connect(0, 'watcher'), await cluster.connect(1, 'ann')];
    for (const peer of [watcher, ann]) await peer.result('subscribe', { topics: ['room:1', 'hall:1'] });
    await eventually(async () => expect(await watcher.result('presence', { topic: 'hall:1' })).toMatchObject({ count: 2 }));
    await cluster.lose(1);
    await eventually(async () => {
      const presence = await cluster.hub(0).presence('room:1');
      expect(presence.members).toContainEqual({ userId: 'ann', sessions: 0 });
      expect((await cluster.hub(0).presence('hall:1')).count).toBe(1);
    });
    await eventually(() => expect(heard(watcher, 'presence.left')).toMatchObject([{ topic: 'hall:1' }]));
  });

  it('keeps the sum of what it tells equal to who is there, while many come and go everywhere', async () => {
    await using cluster = await TestCluster.start(rig, 3, {}, { topics: { 'room:*': { presence: { graceMs: 0 } } } });
    const watchers = [await cluster.connect(0, 'w0'), await cluster.connect(1, 'w1'), await cluster.connect(2, 'w2')];
    for (const watcher of watchers) await join(watcher);
    await seen(cluster, { w0: 1, w1: 1, w2: 1 });
    // Two users, each with a session on every node.
    const peers = await Promise.all([0, 1, 2, 0, 1, 2].map((node, index) => cluster.connect(node, index < 3 ? 'ann' : 'bob')));
    for (let round = 0; round < 12; round++) {
      await Promise.all(peers.map((peer, index) => ((round * 7 + index * 3) % 5 < 2 ? leave(peer) : join(peer))));
    }
    await Promise.all(peers.map((peer, index) => (index === 1 ? join(peer) : leave(peer))));
    await seen(cluster, { w0: 1, w1: 1, w2: 1, ann: 1 });
    for (const watcher of watchers) {
      await eventually(() => {
        const there = new Set<string>(['w0', 'w1', 'w2']);
        for (const { method, params } of watcher.pushes) {
          const { userId } = (params as { member: { userId: string } }).member;
          if (method === 'presence.joined') there.add(userId);
          else there.delete(userId);
        }
        expect([...there].sort()).toEqual(['ann', 'w0', 'w1', 'w2']);
      });
    }
  });

  it('is known to a node on which nobody listens, and forgotten with the last', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { topics: { 'room:*': { presence: { graceMs: 0 } } } });
    const ann = await cluster.connect(0, 'ann');
    await join(ann, 'room:far');
    await seen(cluster, { ann: 1 }, 'room:far');
    ann.socket.close();
    await seen(cluster, {}, 'room:far');
    await expect(cluster.hub(0).presence('other')).rejects.toMatchObject({ reason: 'NotFound' });
  });
});
