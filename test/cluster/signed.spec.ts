import type { ClusterSettings, EngineConnection, SignSettings } from 'nestjs-realtime';
import { RealtimeConfigError } from 'nestjs-realtime';
import { MemoryBroker, memoryEngine } from 'nestjs-realtime/testing';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

const OLD = 'an old secret of more than 32 characters';
const NEW = 'a newer secret of more than 32 characters';
const SIGN = { keys: { old: OLD }, active: 'old' };

/** Whoever can read and write at the broker. */
interface Eavesdropper {
  readonly recorded: string[];
  readonly connection: EngineConnection;
}

async function eavesdrop(cluster: TestCluster, channel: string): Promise<Eavesdropper> {
  const recorded: string[] = [];
  const connection = await (
    await cluster.anotherEngine()
  ).connect({
    onMessage: (_channel, text) => void recorded.push(text),
    onLost: () => undefined,
    onBack: () => undefined,
  });
  await connection.bus.listen(channel);
  return { recorded, connection };
}

describe.each(RIGS)('Signed messages, over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('reach the others, who answer, and nothing is refused', async () => {
    await using cluster = await TestCluster.start(rig, 3, { sign: SIGN });
    const before = await cluster.rejections();
    const far = await cluster.connect(1, 'ann');
    await far.result('subscribe', { topics: ['t'] });
    for (let n = 0; n < 100; n++) void cluster.hub(0).pushToTopic('t', 'tick', { n });
    await eventually(() => expect(heard(far, 'tick')).toEqual(Array.from({ length: 100 }, (_, n) => ({ n }))));
    expect(await cluster.hub(2).kick({ kind: 'user', userId: 'ann' }, 'bye')).toEqual({ count: 1, missingNodes: [] });
    expect(await cluster.rejections()).toBe(before);
  });

  it('that were forged, said before, changed or not signed are refused and counted, and harm nobody', async () => {
    await using cluster = await TestCluster.start(rig, 2, { sign: SIGN });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t', 'u'] });
    const { recorded, connection } = await eavesdrop(cluster, 't:t');
    const counts = () =>
      Promise.all(
        ['replayed', 'forged', 'unsigned', 'unknown_key', 'malformed'].map((reason) =>
          cluster.metric('realtime_bus_rejected_total', reason),
        ),
      );
    const before = await counts();
    try {
      await cluster.hub(0).pushToTopic('t', 'once', { n: 1 });
      await eventually(() => expect(recorded).toHaveLength(1));
      const message = recorded[0] ?? '';
      const plain = message.slice(message.indexOf('\n') + 1);
      for (const text of [message, message.replace('once', 'twice'), plain, message.replace('s1 old', 's1 new'), 'x'.repeat(900_000)])
        await connection.bus.publish('t:t', text);
      await connection.bus.publish('t:u', message);
      await connection.bus.publish('all', message);
      await cluster.hub(0).pushToTopic('u', 'marker');
      await far.push('marker');
      await eventually(async () => {
        // What is said to everybody is refused by both nodes.
        expect((await counts()).map((count, index) => count - (before[index] ?? 0))).toEqual([1, 4, 1, 1, 1]);
      });
      expect(far.pushes.map(({ method }) => method)).toEqual(['once', 'marker']);
    } finally {
      await connection.close();
    }
  });

  it('are taken after the topic was left and listened to again, and those of before are not', async () => {
    await using cluster = await TestCluster.start(rig, 2, { sign: SIGN });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    const { recorded, connection } = await eavesdrop(cluster, 't:t');
    try {
      await cluster.hub(0).pushToTopic('t', 'first');
      await far.push('first');
      await eventually(() => expect(recorded).toHaveLength(1));
      await far.result('unsubscribe', { topics: ['t'] });
      const received = () => cluster.metric('realtime_bus_received_total');
      // Listened to a little longer, then not any more.
      await eventually(async () => {
        const before = await received();
        await cluster.hub(0).pushToTopic('t', 'nobody');
        await cluster.hub(0).broadcast('marker', { before });
        await eventually(() => expect(heard(far, 'marker')).toContainEqual({ before }));
        expect((await received()) - before).toBe(1);
      });
      await far.result('subscribe', { topics: ['t'] });
      const replayed = await cluster.metric('realtime_bus_rejected_total', 'replayed');
      await connection.bus.publish('t:t', recorded[0] ?? '');
      await cluster.hub(0).pushToTopic('t', 'second');
      await far.push('second');
      expect(heard(far, 'first')).toHaveLength(1);
      expect(await cluster.metric('realtime_bus_rejected_total', 'replayed')).toBe(replayed + 1);
    } finally {
      await connection.close();
    }
  });

  it('are read over a change of keys, node after node', async () => {
    const keys = { old: OLD, new: NEW };
    const steps: SignSettings[] = [
      { keys: { old: OLD }, active: 'old' },
      { keys, active: 'old' },
      { keys, active: 'new' },
      { keys: { new: NEW }, active: 'new' },
    ];
    for (const [at, sign] of steps.slice(1).entries()) {
      await using cluster = await TestCluster.start({ apart: () => withSigns(rig, [steps[at], sign]) }, 2);
      const before = await cluster.rejections();
      const [here, there] = [await cluster.connect(0), await cluster.connect(1)];
      await cluster.hub(0).broadcast('of one');
      await cluster.hub(1).broadcast('of the other');
      await Promise.all([here.push('of the other'), there.push('of one')]);
      expect(await cluster.rejections()).toBe(before);
    }
  });

  it('are not heard by a node that signs nothing, nor heard from it, and both count them', async () => {
    await using cluster = await TestCluster.start({ apart: () => withSigns(rig, [SIGN, undefined]) }, 1);
    await cluster.add();
    const [here, there] = [await cluster.connect(0), await cluster.connect(1)];
    await cluster.hub(0).broadcast('signed');
    await cluster.hub(1).broadcast('unsigned');
    await eventually(async () => {
      for (const reason of ['signed', 'unsigned']) expect(await cluster.metric('realtime_bus_rejected_total', reason)).toBeGreaterThan(0);
    });
    expect([heard(here, 'unsigned'), heard(there, 'signed')]).toEqual([[], []]);
  });
});

describe('The setting sign', () => {
  it.each([
    ['must be an object', 'secret'],
    ['must have at least one secret', { keys: {}, active: 'a' }],
    ['at least 32 characters under "a"', { keys: { a: 'hunter2' }, active: 'a' }],
    ['names of at most 32', { keys: { 'a b': OLD }, active: 'a b' }],
    ['wrong active', { keys: { a: OLD } }],
    ['is called as active says', { keys: { a: OLD }, active: 'b' }],
    ['has no option', { keys: { a: OLD }, active: 'a', windowMs: 1 }],
  ])('%s', (sentence, sign) => {
    const make = () => memoryEngine({ broker: new MemoryBroker(), sign: sign as ClusterSettings['sign'] & object });
    expect(make).toThrow(RealtimeConfigError);
    expect(make).toThrow(sentence);
    // Errors end in logs.
    expect(make).not.toThrow(/hunter2/u);
  });
});

/** Nodes of one cluster, each with its own keys. */
function withSigns(rig: EngineRig, signs: readonly ClusterSettings['sign'][]): ReturnType<EngineRig['apart']> {
  const makeEngine = rig.apart({ nodeHeartbeatMs: 200 });
  let made = 0;
  return async () => {
    const engine = await makeEngine();
    const sign = signs[made++];
    return sign ? { ...engine, settings: { ...engine.settings, sign } } : engine;
  };
}
