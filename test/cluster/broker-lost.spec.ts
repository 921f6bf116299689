import { ClusterBusError, RealtimeConfigError } from 'nestjs-realtime';
import type { ClusterSettings } from 'nestjs-realtime';
import { MemoryBroker, memoryEngine } from 'nestjs-realtime/testing';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard, isWhole } from './cluster-node.js';
import { EngineRig, RIGS } from './engines.js';

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => ({ n: from + n }));

describe.each(RIGS)('A buffer for pushes while the broker is away, over %s', (_name, start) => {
  it('is in no way while it is there', async () => {
    await using rig = await start();
    await using cluster = await TestCluster.start(rig, 2, { onBrokerLost: { buffer: { maxBytes: 100_000, maxAgeMs: 60_000 } } });
    const far = await cluster.connect(1);
    for (const params of numbers(100)) void cluster.hub(0).broadcast('tick', params);
    await eventually(() => expect(heard(far, 'tick')).toEqual(numbers(100)));
  });
});

describe.each(['redis', 'nats'] as const)('While %s is away', (kind) => {
  let broker: Broker;
  let rig: EngineRig;

  beforeEach(async () => {
    broker = await Broker.start(kind);
    rig = await EngineRig[kind](broker);
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  const lose = async (cluster: TestCluster): Promise<void> => {
    await broker.stop();
    broker.forget();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([false, false]));
  };

  it('pushes wait, and come in order and once to all when it is back', async () => {
    await using cluster = await TestCluster.start(rig, 2, { onBrokerLost: { buffer: { maxBytes: 1_000_000, maxAgeMs: 60_000 } } });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    await lose(cluster);
    const taken = numbers(500).map((params) => cluster.hub(0).pushToTopic('t', 'tick', params));
    await broker.start();
    await eventually(() => expect(isWhole(cluster.node(0))).toBe(true));
    taken.push(...numbers(10, 500).map((params) => cluster.hub(0).pushToTopic('t', 'tick', params)));
    expect(await Promise.all(taken)).toEqual(taken.map(() => ({ reached: 0 })));
    await cluster.hub(0).pushToTopic('t', 'end');
    await far.push('end');
    expect(heard(far, 'tick')).toEqual(numbers(510));
  });

  it('pushes that are too many or too old reject and are counted', async () => {
    await using cluster = await TestCluster.start(rig, 2, { onBrokerLost: { buffer: { maxBytes: 2_000, maxAgeMs: 50 } } });
    const counts = () => Promise.all(['buffer_full', 'buffer_age'].map((word) => cluster.metric('realtime_bus_errors_total', word)));
    const before = await counts();
    await lose(cluster);
    const told = await Promise.allSettled(
      numbers(20).map((params) => cluster.hub(0).broadcast('tick', { ...params, text: 'x'.repeat(500) })),
    );
    expect(told.every((result) => result.status === 'rejected' && result.reason instanceof ClusterBusError)).toBe(true);
    expect((await counts()).map((count, index) => count - (before[index] ?? 0))).toEqual([18, 2]);
  });
});

describe('The setting onBrokerLost', () => {
  it.each([
    'wait',
    null,
    { buffer: {} },
    { buffer: { maxBytes: 1_000_000 } },
    { buffer: { maxBytes: 0, maxAgeMs: 1 } },
    { buffer: { maxBytes: 2_000, maxAgeMs: 0 } },
    { buffer: { maxBytes: 2_000, maxAgeMs: 1, other: 1 } },
  ])('is refused at boot if it is %j', (onBrokerLost) => {
    const make = () =>
      memoryEngine({ broker: new MemoryBroker(), onBrokerLost: onBrokerLost as NonNullable<ClusterSettings['onBrokerLost']> });
    expect(make).toThrow(RealtimeConfigError);
    expect(make).toThrow('onBrokerLost');
  });
});
