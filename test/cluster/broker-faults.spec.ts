import { Redis } from 'ioredis';
import { ClusterBusError } from 'nestjs-realtime';
import { Relay } from '../client/relay.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard, isWhole } from './cluster-node.js';
import { EngineRig } from './engines.js';

/** What was pushed arrives at the other node again. */
async function healed(cluster: TestCluster, from: number, to: Awaited<ReturnType<TestCluster['connect']>>): Promise<void> {
  await eventually(async () => {
    await cluster.hub(from).pushToTopic('t', 'again');
    if (heard(to, 'again').length === 0) throw new Error('Nothing came');
  });
}

describe.each(['redis', 'nats'] as const)('With a broker that fails, %s', (kind) => {
  let broker: Broker;
  let rig: EngineRig;

  beforeEach(async () => {
    broker = await Broker.start(kind);
    rig = await EngineRig[kind](broker);
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  it('a push says that the others were not told, and who has it all the same', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const [near, far] = [await cluster.connect(0), await cluster.connect(1)];
    for (const peer of [near, far]) await peer.result('subscribe', { topics: ['t'] });
    await broker.stop();
    await eventually(() => expect(isWhole(cluster.node(0))).toBe(false));
    const pushed = cluster.hub(0).pushToTopic('t', 'lonely');
    await expect(pushed).rejects.toBeInstanceOf(ClusterBusError);
    await expect(pushed).rejects.toMatchObject({ code: 'CLUSTER_BUS', reached: 1 });
    await eventually(() => expect(heard(near, 'lonely').length).toBe(1));
    // Nobody looks at this one: the process goes on.
    void cluster.hub(0).pushToTopic('t', 'lonely');
    expect(await cluster.hub(0).kick({ kind: 'user', userId: 'nobody' }, 'x')).toMatchObject({
      count: 0,
      missingNodes: [expect.any(String)],
    });
    await broker.start();
    await healed(cluster, 0, far);
    expect(heard(far, 'lonely')).toEqual([]);
    await eventually(() => expect([isWhole(cluster.node(0)), isWhole(cluster.node(1))]).toEqual([true, true]));
  });

  it('topics that were asked for meanwhile are heard when it is back', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await broker.stop();
    await eventually(() => expect(isWhole(cluster.node(1))).toBe(false));
    expect(await far.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
    await broker.start();
    await healed(cluster, 0, far);
  });

  it('a frozen one is noticed, costs no push more than seconds, and is taken again', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    process.kill(broker.pid, 'SIGSTOP');
    try {
      // It may have taken one more before it stood still.
      await eventually(() => expect(cluster.hub(0).pushToTopic('t', 'lost')).rejects.toBeInstanceOf(ClusterBusError));
      await eventually(() => expect(isWhole(cluster.node(0))).toBe(false));
    } finally {
      process.kill(broker.pid, 'SIGCONT');
    }
    await healed(cluster, 0, far);
  });

  it('what is no message of ours is refused and counted, and harms nobody', async () => {
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    const foreign = await cluster.stranger();
    const unusual = [
      '',
      'x',
      '1[]',
      '1["push"]\n{}',
      '99["push","a|b",1,0,["all"],"m"]\n{}',
      '1["push","a|b",1,0,["nobody"],"m"]\n{}',
      '1["dance","a|b",2,1]\n',
      'x'.repeat(900_000),
    ];
    const before = await cluster.rejections();
    for (const text of unusual) await foreign.bus.publish('all', text);
    await eventually(async () => expect(await cluster.rejections()).toBe(before + cluster.nodes.length * unusual.length));
    await healed(cluster, 0, far);
    await foreign.close();
  });
});

describe('With Redis', () => {
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

  it('receiving connections that are killed again and again disconnect no client', async () => {
    await using rig = await EngineRig.redis(broker);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    for (let round = 0; round < 5; round++) {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await eventually(() => expect(isWhole(cluster.node(1))).toBe(true));
    }
    await healed(cluster, 0, far);
    expect(far.socket.readyState).toBe(far.socket.OPEN);
  });

  it('FLUSHALL forgets the nodes until their next heartbeat', async () => {
    await using rig = await EngineRig.redis(broker);
    await using cluster = await TestCluster.start(rig, 3);
    await admin.flushall();
    await eventually(async () => expect(await admin.dbsize()).toBe(1));
    await cluster.whole();
  });

  it('a connection that carries nothing any more, and says nothing, is made anew', async () => {
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.redis(broker, relay.port);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    relay.freeze();
    await eventually(() => expect(isWhole(cluster.node(1))).toBe(false));
    await healed(cluster, 0, far);
    await cluster.whole();
  });

  it('nothing is left behind by topics and nodes that are gone', async () => {
    await using rig = await EngineRig.redis(broker);
    {
      await using cluster = await TestCluster.start(rig, 2);
      const peer = await cluster.connect(0);
      for (let n = 0; n < 300; n += 100) {
        const topics = Array.from({ length: 100 }, (_, index) => `t:${n + index}`);
        await peer.result('subscribe', { topics });
        await peer.result('unsubscribe', { topics });
      }
      await eventually(async () => expect((await admin.pubsub('CHANNELS', '*')).length).toBe(3));
    }
    await eventually(async () => expect(await admin.pubsub('CHANNELS', '*')).toEqual([]));
    expect(await admin.dbsize()).toBe(0);
  });
});
