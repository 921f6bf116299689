import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

const NAMES = ['{x}', '}{', 'a:b:*', 'a b', '*', '>', 'a..b', '$SYS', '__proto__', '%00|', 'n:x', `${'😀'.repeat(63)}abc`];

describe.each(RIGS)('What is unusual, over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('names of topics, users and platforms reach those who have them', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    for (const name of NAMES) {
      const peer = await cluster.connect(1, name, 'web');
      await peer.result('subscribe', { topics: [name] });
      await cluster.hub(0).pushToTopic(name, 'topic', { name });
      await cluster.hub(0).pushToUser(name, 'user', { name }, { platform: 'web' });
      await peer.push('user');
      expect(peer.pushes.map(({ params }) => params)).toEqual([{ name }, { name }]);
      expect(await cluster.hub(0).isOnline(name)).toBe(true);
      expect(await cluster.hub(0).kick({ kind: 'user', userId: name }, name)).toEqual({ count: 1, missingNodes: [] });
    }
  });

  it('a push that passes over thousands of sessions reaches the others', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const [passed, other] = [await cluster.connect(1, 'ann'), await cluster.connect(1, 'bob')];
    const annsId = cluster.hub(1).sessionsOfUser('ann')[0]?.id ?? '';
    const except = [...Array.from({ length: 20_000 }, (_, index) => `nobody-with-this-id-${index}`), annsId];
    await cluster.hub(0).broadcast('most', {}, { except });
    await cluster.hub(0).broadcast('all');
    await passed.push('all');
    await other.push('all');
    expect([heard(passed, 'most').length, heard(other, 'most').length]).toEqual([0, 1]);
  });

  it('a push with more of them than nodes read says so, and is not lost in silence', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    const except = Array.from({ length: 60_000 }, (_, index) => `nobody-with-this-id-${index}`);
    await expect(cluster.hub(0).broadcast('most', {}, { except })).rejects.toMatchObject({ code: 'CLUSTER_BUS', reached: 0 });
    await cluster.hub(0).broadcast('all');
    await far.push('all');
  });

  it('the last of a topic leaves and the next joins in one tick, and the other nodes are heard all the time', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const peers = [await cluster.connect(0, 'a'), await cluster.connect(0, 'b')] as const;
    const [a, b] = [cluster.hub(0).sessionsOfUser('a')[0], cluster.hub(0).sessionsOfUser('b')[0]];
    if (!a || !b) throw new Error('Nobody is there');
    const join = (id: string) => cluster.hub(0).subscribe({ kind: 'session', sessionId: id }, 't');
    const leave = (id: string) => cluster.hub(0).unsubscribe({ kind: 'session', sessionId: id }, 't');
    await join(a.id);
    for (let round = 0; round < 100; round++) {
      const [leaver, joiner] = round % 2 === 0 ? [a.id, b.id] : [b.id, a.id];
      await Promise.all([leave(leaver), join(joiner)]);
      await cluster.hub(1).pushToTopic('t', 'round', { round });
    }
    await eventually(() => expect(heard(peers[0], 'round').length + heard(peers[1], 'round').length).toBe(100));
  });
});
