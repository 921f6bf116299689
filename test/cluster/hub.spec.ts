import { TopicPolicy } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

/** Answers the first time, and then no more. */
class StuckPolicy {
  private isStuck = false;

  @TopicPolicy('room:*')
  async judge(): Promise<boolean> {
    if (this.isStuck) return new Promise<boolean>(() => undefined);
    this.isStuck = true;
    return true;
  }
}

describe.each(RIGS)('The hub over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('sends a user away on every node', async () => {
    await using cluster = await TestCluster.start(rig);
    const anns = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann'), await cluster.connect(1, 'ann')];
    const bob = await cluster.connect(2, 'bob');
    expect(await cluster.hub(2).kick({ kind: 'user', userId: 'ann' }, 'go')).toEqual({ count: 3, missingNodes: [] });
    for (const peer of anns) {
      expect((await peer.closed).code).toBe(4500);
      expect(heard(peer, 'session.kicked')).toEqual([{ reason: 'go' }]);
    }
    expect(await cluster.hub(0).isOnline('ann')).toBe(false);
    await bob.result('heartbeat');
  });

  it('lets sessions of every node join and leave a topic', async () => {
    await using cluster = await TestCluster.start(rig);
    const anns = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann')];
    expect(await cluster.hub(2).subscribe({ kind: 'user', userId: 'ann' }, 'private')).toEqual({ count: 2, missingNodes: [] });
    await cluster.hub(2).pushToTopic('private', 'letter', { n: 1 });
    for (const peer of anns) await eventually(() => expect(heard(peer, 'letter').length).toBe(1));
    expect(await cluster.hub(1).unsubscribe({ kind: 'user', userId: 'ann' }, 'private')).toEqual({ count: 2, missingNodes: [] });
    expect(await cluster.hub(0).unsubscribe({ kind: 'user', userId: 'ann' }, 'private')).toEqual({ count: 0, missingNodes: [] });
  });

  it('knows who is online, where, and how many', async () => {
    await using cluster = await TestCluster.start(rig);
    await cluster.connect(1, 'ann', 'ios');
    await cluster.connect(2);
    expect([await cluster.hub(0).isOnline('ann'), await cluster.hub(1).isOnline('ann'), await cluster.hub(0).isOnline('bob')]).toEqual([
      true,
      true,
      false,
    ]);
    const found = await cluster.hub(0).sessions({ kind: 'user', userId: 'ann' });
    const names = (await cluster.hub(1).clusterStats()).nodes.map(({ nodeId }) => nodeId);
    expect(found).toMatchObject({ count: 1, missingNodes: [], sessions: [{ userId: 'ann', platform: 'ios', endpoint: '/ws' }] });
    expect(names).toContain(found.sessions[0]?.nodeId);
    expect(await cluster.hub(0).sessions({ kind: 'all' }, { limit: 0 })).toEqual({ count: 2, sessions: [], missingNodes: [] });
    const stats = await cluster.hub(0).clusterStats();
    expect(stats).toMatchObject({ sessions: 2, signedIn: 1, anonymous: 1, missingNodes: [] });
    expect(new Set(names).size).toBe(3);
  });

  it('calls peers on every node, and takes the first answer or all', async () => {
    await using cluster = await TestCluster.start(rig);
    const peers = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann'), await cluster.connect(2, 'ann')];
    for (const [index, peer] of peers.entries()) {
      peer.socket.on('message', (data: Buffer) => {
        const { id, method } = JSON.parse(data.toString()) as { id?: unknown; method?: string };
        if (method === 'where') peer.send({ jsonrpc: '2.0', id, result: index });
        if (method === 'fail' && index > 0) peer.send({ jsonrpc: '2.0', id, error: { code: 7, message: `no ${index}` } });
        else if (method === 'fail') peer.send({ jsonrpc: '2.0', id, result: 'fine' });
        if (method === 'one' && index === 1) peer.send({ jsonrpc: '2.0', id, result: 'me' });
      });
    }
    const target = { kind: 'user', userId: 'ann' } as const;
    const all = await cluster.hub(0).call(target, 'where');
    expect([all.results.map(({ value }) => value).sort(), all.failed, all.missingNodes]).toEqual([[0, 1, 2], [], []]);
    const some = await cluster.hub(1).call(target, 'fail', { a: 1 });
    expect(some.results).toMatchObject([{ value: 'fine' }]);
    expect(some.failed.map(({ code, message }) => [code, message]).sort()).toEqual([
      [7, 'no 1'],
      [7, 'no 2'],
    ]);
    for (const node of [0, 1, 2]) {
      const first = await cluster.hub(node).call(target, 'one', undefined, { need: 'first', timeoutMs: 20_000 });
      expect(first.results).toMatchObject([{ value: 'me' }]);
    }
    const late = await cluster.hub(2).call(target, 'one', undefined, { timeoutMs: 100 });
    expect([late.results.length, late.failed.map(({ code }) => code)]).toEqual([1, ['CALL_TIMEOUT', 'CALL_TIMEOUT']]);
    await expect(cluster.hub(0).call(target, 'where', 1n)).rejects.toBeInstanceOf(TypeError);
    await expect(cluster.hub(0).call(target, '')).rejects.toBeInstanceOf(TypeError);
  });

  it('names a node that does not answer in time, and has the answers of the others', async () => {
    await using cluster = await TestCluster.start(rig, 3, { askTimeoutMs: 300 });
    const stuck = await cluster.add({}, [StuckPolicy]);
    await cluster.whole();
    await (await cluster.connect(1, 'ann')).result('subscribe', { topics: ['room:1'] });
    const held = await cluster.connect(3, 'ann');
    await held.result('subscribe', { topics: ['room:1'] });
    const { count, missingNodes } = await cluster.hub(0).reauthorize('ann');
    expect(count).toBe(0);
    expect(missingNodes).toEqual([(await stuck.hub.sessions({ kind: 'user', userId: 'ann' })).sessions[0]?.nodeId]);
  });

  it('knows of a node as soon as it is there, however seldom hearts beat', async () => {
    await using cluster = await TestCluster.start(rig, 3, { nodeHeartbeatMs: 60_000 });
    await cluster.connect(2, 'ann');
    expect(await cluster.hub(0).kick({ kind: 'user', userId: 'ann' }, 'go')).toEqual({ count: 1, missingNodes: [] });
    expect(await cluster.hub(1).clusterStats()).toMatchObject({ sessions: 0, missingNodes: [] });
  });

  it('asks nobody for a node that has said goodbye', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    await cluster.node(1).app.close();
    await eventually(async () => expect(await cluster.hub(0).clusterStats()).toMatchObject({ nodes: [{}], missingNodes: [] }));
  });
});
