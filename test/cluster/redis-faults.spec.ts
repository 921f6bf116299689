import { Redis } from 'ioredis';
import { NodeStatus } from 'nestjs-realtime';
import { Relay } from '../client/relay.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import { EngineRig } from './engines.js';

describe('Redis', () => {
  let broker: Broker;
  let admin: Redis;

  beforeEach(async () => {
    broker = await Broker.start('redis');
    admin = new Redis(broker.port, '127.0.0.1');
  });
  afterEach(async () => {
    admin.disconnect();
    await broker[Symbol.asyncDispose]();
  });

  const subscribersOf = async (prefix: string): Promise<Record<string, number>> => {
    const names = (await admin.pubsub('CHANNELS', `${prefix}*`)) as string[];
    const counts = names.length > 0 ? ((await admin.pubsub('NUMSUB', ...names)) as (string | number)[]) : [];
    return Object.fromEntries(names.map((name, index) => [name.slice(prefix.length), Number(counts[index * 2 + 1])]));
  };

  it('that kills the receiving connections once a second for eight seconds costs no client its session, and every hole is counted', async () => {
    await using rig = await EngineRig.redis(broker);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    await cluster.hub(0).pushToTopic('t', 'n', { n: 0 });
    await far.push('n');
    const counted = await cluster.metric('realtime_topic_gaps_total', 'bus');
    let sent = 1;
    let failed = 0;
    const pushing = setInterval(() => {
      cluster
        .hub(0)
        .pushToTopic('t', 'n', { n: sent++ })
        .catch(() => failed++);
    }, 2);
    for (let round = 0; round < 8; round++) {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      const from = performance.now();
      await eventually(() => expect(performance.now() - from).toBeGreaterThan(1_000));
    }
    clearInterval(pushing);
    await cluster.hub(0).pushToTopic('t', 'end');
    await far.push('end');
    const numbers = heard(far, 'n').map((params) => (params as { n: number }).n);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const holes = numbers.filter((n, index) => n !== (numbers[index - 1] ?? -1) + 1).length;
    expect([failed, await cluster.metric('realtime_topic_gaps_total', 'bus')]).toEqual([0, counted + holes]);
    expect(far.socket.readyState).toBe(far.socket.OPEN);
    if (process.env.SHOW) console.log({ sent, heard: numbers.length, holes });
  });

  it('that gives up a reader who is too slow is connected to again, and what was lost is counted', async () => {
    await admin.config('SET', 'client-output-buffer-limit', 'pubsub 1mb 0 0');
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.redis(broker, [broker.port, relay.port]);
    await using cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: 2_000 });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    await cluster.hub(0).pushToTopic('t', 'before');
    await far.push('before');
    const count = (): Promise<number[]> =>
      Promise.all([cluster.metric('realtime_topic_gaps_total', 'bus'), cluster.metric('realtime_bus_errors_total', 'connection')]);
    const [gaps = 0, losses = 0] = await count();
    relay.mute();
    const big = 'x'.repeat(500_000);
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'big', { big });
      expect(Object.keys(await subscribersOf('')).some((name) => name.endsWith('t:t'))).toBe(false);
    });
    relay.thaw();
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'again');
      if (heard(far, 'again').length === 0) throw new Error('Nothing came');
    });
    expect(await count()).toEqual([gaps + 1, losses + 1]);
  });

  it('that says nothing any more to who listens, and answers all the same, is noticed in three heartbeats', async () => {
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.redis(broker, [broker.port, relay.port]);
    await using cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: 1_000 });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    const clients = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    relay.mute([...clients.matchAll(/ addr=\S+:(\d+)/gu)].map(([, port]) => Number(port)));
    const startedAtMs = performance.now();
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'again');
      if (heard(far, 'again').length === 0) throw new Error('Nothing came');
    });
    expect(performance.now() - startedAtMs).toBeLessThan(4_500);
    expect(cluster.node(1).app.get(NodeStatus, { strict: false }).read().cluster).toMatchObject({ isInRoster: true });
  });

  it('that has become a copy of another is left for the one behind the same name', async () => {
    await using other = await Broker.start('redis');
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.redis(broker, relay.port);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    relay.turnTo(other.port);
    await admin.replicaof('127.0.0.1', other.port);
    const observer = new Redis(other.port, '127.0.0.1');
    try {
      await eventually(async () => expect([(await observer.pubsub('CHANNELS')).length, await observer.dbsize()]).toEqual([4, 1]));
    } finally {
      observer.disconnect();
    }
    await eventually(() => {
      for (const { app } of cluster.nodes)
        expect(app.get(NodeStatus, { strict: false }).read().cluster).toMatchObject({ isConnected: true, isInRoster: true });
    });
    await cluster.hub(0).pushToTopic('t', 'again');
    await far.push('again');
  });

  it('keeps clusters of one prefix in two databases apart', async () => {
    const makeClient = (db: number) => () => new Redis(broker.port, '127.0.0.1', { lazyConnect: true, db });
    await using zeroth = EngineRig.redisOf(makeClient(0));
    await using third = EngineRig.redisOf(makeClient(3));
    await using here = await TestCluster.start({ apart: (settings) => () => zeroth.engine({ ...settings, prefix: 'same' }) }, 2);
    await using there = await TestCluster.start({ apart: (settings) => () => third.engine({ ...settings, prefix: 'same' }) }, 2);
    const [mine, theirs] = [await here.connect(0), await there.connect(0)];
    for (const [cluster, word] of [
      [here, 'mine'],
      [there, 'theirs'],
    ] as const) {
      await cluster.hub(1).broadcast(word);
      await cluster.hub(0).broadcast('end');
    }
    await mine.push('end');
    await theirs.push('end');
    expect([mine, theirs].map(({ pushes }) => pushes.map(({ method }) => method).sort())).toEqual([
      ['end', 'mine'],
      ['end', 'theirs'],
    ]);
  });

  it('hears 10,000 topics again after it was started anew, and nothing is left of them when they are', async () => {
    await using rig = await EngineRig.redis(broker);
    await using cluster = await TestCluster.start(rig, 2, {}, { limits: { topicsPerSession: 10_000 } });
    const peer = await cluster.connect(0);
    const topics = Array.from({ length: 10_000 }, (_, index) => `t:${index}`);
    for (let at = 0; at < topics.length; at += 500) await peer.result('subscribe', { topics: topics.slice(at, at + 500) });
    expect(Object.keys(await subscribersOf('')).length).toBe(10_003);
    await broker.stop();
    await broker.start();
    const startedAtMs = performance.now();
    await eventually(async () => expect(Object.keys(await subscribersOf('')).length).toBe(10_003));
    const heardMs = performance.now() - startedAtMs;
    expect(heardMs).toBeLessThan(3_000);
    if (process.env.SHOW) console.log({ heardMs });
    for (let at = 0; at < topics.length; at += 500) await peer.result('unsubscribe', { topics: topics.slice(at, at + 500) });
    await eventually(async () => expect(Object.keys(await subscribersOf('')).length).toBe(3));
    expect(await admin.dbsize()).toBe(1);
    expect(await admin.pttl((await admin.keys('*'))[0] ?? '')).toBeGreaterThan(0);
  });
});
