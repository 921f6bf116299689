import type { PushTarget } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

describe.each(RIGS)('Pushes over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('reach whom the target means, on every node, once each', async () => {
    await using cluster = await TestCluster.start(rig);
    const [ann, annAtHome, bob, guest] = [
      await cluster.connect(0, 'ann', 'web'),
      await cluster.connect(1, 'ann', 'ios'),
      await cluster.connect(2, 'bob', 'web'),
      await cluster.connect(1),
    ];
    await ann.result('subscribe', { topics: ['room:1'] });
    await guest.result('subscribe', { topics: ['room:1'] });
    const bobsId = cluster.hub(2).sessionsOfUser('bob')[0]?.id ?? '';
    const annsId = cluster.hub(0).sessionsOfUser('ann')[0]?.id ?? '';
    const all = [ann, annAtHome, bob, guest];
    const cases: [PushTarget, string | undefined, unknown[]][] = [
      [{ kind: 'topic', topic: 'room:1' }, undefined, [ann, guest]],
      [{ kind: 'user', userId: 'ann' }, undefined, [ann, annAtHome]],
      [{ kind: 'user', userId: 'ann', platform: 'ios' }, undefined, [annAtHome]],
      [{ kind: 'session', sessionId: bobsId }, undefined, [bob]],
      [{ kind: 'signed-in' }, undefined, [ann, annAtHome, bob]],
      [{ kind: 'all' }, undefined, all],
      [{ kind: 'all' }, annsId, [annAtHome, bob, guest]],
    ];
    for (const node of [0, 1, 2]) {
      for (const [index, [target, except]] of cases.entries()) {
        await cluster.hub(node).push(target, `case.${index}`, { node }, except === undefined ? {} : { except });
      }
    }
    await cluster.hub(0).broadcast('end');
    await cluster.hub(1).broadcast('end');
    await cluster.hub(2).broadcast('end');
    for (const peer of all) await eventually(() => expect(heard(peer, 'end').length).toBe(3));
    for (const [index, [, , expected]] of cases.entries()) {
      for (const peer of all) {
        const nodes = heard(peer, `case.${index}`).map((params) => (params as { node: number }).node);
        expect([index, all.indexOf(peer), nodes.sort()]).toEqual([index, all.indexOf(peer), expected.includes(peer) ? [0, 1, 2] : []]);
      }
    }
  });

  it('hold the loop of a node that gets very many at once no longer than a slice each turn', async () => {
    const [sliceMs, pushMs, count] = [5, 1, 60];
    await using cluster = await TestCluster.start(rig, 2, {}, { fairness: { sliceMs } });
    const listener = await cluster.connect(1);
    await listener.result('subscribe', { topics: ['dear'] });
    let inThisTurn = 0;
    let most = 0;
    const unwatch = cluster.hub(1).observe({
      pushed() {
        // As dear as a push to thousands.
        for (const endMs = performance.now() + pushMs; performance.now() < endMs;);
        if (++inThisTurn === 1) setImmediate(() => (inThisTurn = 0));
        most = Math.max(most, inThisTurn);
      },
    });
    await Promise.all(Array.from({ length: count }, (_, n) => cluster.hub(0).pushToTopic('dear', 'dear', { n })));
    await eventually(() => expect(heard(listener, 'dear')).toHaveLength(count));
    unwatch();
    expect(heard(listener, 'dear')).toEqual(Array.from({ length: count }, (_, n) => ({ n })));
    // The clock is not looked at after every push while these are cheap.
    expect(most).toBeLessThanOrEqual(3 * (sliceMs / pushMs));
  });

  it('keep the order of a publisher on a topic, also those of its own sessions', async () => {
    await using cluster = await TestCluster.start(rig);
    const listeners = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(2)];
    for (const peer of listeners) await peer.result('subscribe', { topics: ['t'] });
    const count = 500;
    for (let n = 0; n < count; n++) void cluster.hub(n % 2).pushToTopic('t', 'n', { from: n % 2, n });
    for (const peer of listeners) {
      await eventually(() => expect(heard(peer, 'n').length).toBe(count));
      for (const from of [0, 1]) {
        const numbers = heard(peer, 'n')
          .filter((params) => (params as { from: number }).from === from)
          .map((params) => (params as { n: number }).n);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    }
  });

  it('are heard from the moment that the answer to subscribe is there', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const peer = await cluster.connect(0);
    for (let round = 0; round < 40; round++) {
      const topic = `t:${round}`;
      await peer.result('subscribe', { topics: [topic] });
      await cluster.hub(1).pushToTopic(topic, 'now', { round });
    }
    await eventually(() => expect(heard(peer, 'now').length).toBe(40));
  });

  it('cost a node nothing if nobody there listens to the topic', async () => {
    await using cluster = await TestCluster.start(rig);
    const peer = await cluster.connect(1);
    await peer.result('subscribe', { topics: ['t'] });
    const before = cluster.hub(2).stats().pushes;
    for (let n = 0; n < 50; n++) await cluster.hub(0).pushToTopic('t', 'n', { n });
    await eventually(() => expect(heard(peer, 'n').length).toBe(50));
    await cluster.hub(0).broadcast('end');
    await eventually(() => expect(cluster.hub(2).stats().pushes).toBe(before + 1));
  });

  it('say how many sessions of their own node they reached', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    await cluster.connect(0);
    await cluster.connect(1);
    await cluster.connect(1);
    expect(await cluster.hub(0).broadcast('x')).toEqual({ reached: 1 });
    expect(await cluster.hub(1).broadcast('x')).toEqual({ reached: 2 });
  });

  it('do not meet those of another cluster on the same broker', async () => {
    await using here = await TestCluster.start(rig, 2);
    await using there = await TestCluster.start(rig, 2);
    const [mine, theirs] = [await here.connect(0), await there.connect(0)];
    await mine.result('subscribe', { topics: ['t'] });
    await theirs.result('subscribe', { topics: ['t'] });
    await here.hub(1).pushToTopic('t', 'mine');
    await there.hub(1).pushToTopic('t', 'theirs');
    await eventually(() => expect(heard(mine, 'mine').length).toBe(1));
    await eventually(() => expect(heard(theirs, 'theirs').length).toBe(1));
    expect([mine.pushes.length, theirs.pushes.length]).toEqual([1, 1]);
  });
});
