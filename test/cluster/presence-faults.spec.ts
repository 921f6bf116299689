import type { ClusterEngine, ClusterSettings, Session } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard, isWhole } from './cluster-node.js';
import { EngineRig } from './engines.js';

const EVERYWHERE = { topics: { '*': { presence: { graceMs: 0 } } } };

const join = (peer: RpcPeer, topic: string) => peer.result('subscribe', { topics: [topic] });

async function seen(cluster: TestCluster, topic: string, expected: readonly string[]): Promise<void> {
  for (const { hub } of cluster.nodes) {
    await eventually(async () => {
      const { members, missingNodes } = await hub.presence(topic);
      expect([members.map(({ userId }) => userId).sort(), missingNodes]).toEqual([expected, []]);
    });
  }
}

describe('Presence over nodes in which something is odd', () => {
  const rig = EngineRig.memory();

  it.each(['constructor', '__proto__', 'toString', ''.padEnd(255, 'ö').slice(0, 127)])('has topics and members called %s', async (name) => {
    await using cluster = await TestCluster.start(rig, 2, {}, EVERYWHERE);
    const [a, b] = [await cluster.connect(0, name), await cluster.connect(1, 'bob')];
    for (const peer of [a, b]) await join(peer, name);
    await seen(cluster, name, [name, 'bob'].sort());
    await a.result('unsubscribe', { topics: [name] });
    await seen(cluster, name, ['bob']);
    await b.result('unsubscribe', { topics: [name] });
    await seen(cluster, name, []);
  });

  it('does not wait for a node on which no topic keeps it', async () => {
    await using cluster = await TestCluster.start(rig, 1, {}, EVERYWHERE);
    await cluster.add();
    await cluster.whole();
    const ann = await cluster.connect(0, 'ann');
    await join(ann, 'room:1');
    await join(await cluster.connect(1, 'bob'), 'room:1');
    expect(await cluster.hub(0).presence('room:1')).toMatchObject({ count: 1, missingNodes: [] });
    expect(await cluster.rejections()).toBe(0);
  });

  it('passes over what makes no sense, and over who is not in the roster', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, EVERYWHERE);
    const [ann, bob] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'bob')];
    for (const peer of [ann, bob]) await join(peer, 'room:1');
    await seen(cluster, 'room:1', ['ann', 'bob']);
    const { bus, close } = await cluster.stranger();
    const say = (facts: unknown[], entries: unknown): Promise<void> =>
      bus.publish('t:room:1', `1${JSON.stringify(['presence', 'ghost|1', 1, 0, ...facts])}\n${JSON.stringify(entries)}`);
    for (const entries of [7, null, [null], [['eve']], [['eve', 1.5]], [['eve', 1, 'text']], [['eve', 1, []]], [[1, 1]]]) {
      await say(['room:1', 1, -1], entries);
    }
    await say(['room:1', 'x', -1], []);
    await say(['room:1', 1, -1], [['eve', 1]]);
    await say(['room:1', 9, 8], [['eve', 1]]);
    await eventually(async () => expect(await cluster.rejections()).toBe(18));
    await bob.result('unsubscribe', { topics: ['room:1'] });
    await eventually(() => expect(heard(ann, 'presence.left')).toHaveLength(1));
    expect((await cluster.hub(0).presence('room:1')).members).toEqual([{ userId: 'ann', sessions: 1 }]);
    await close();
  });

  it('survives answers that make no sense', async () => {
    await using cluster = await TestCluster.start(rig, 2, { askTimeoutMs: 300 }, EVERYWHERE);
    const { bus, close } = await cluster.stranger();
    const [{ nodeId: asker }, { nodeId: asked }] = (await cluster.hub(0).clusterStats()).nodes as unknown as [
      { nodeId: string },
      { nodeId: string },
    ];
    const ann = await cluster.connect(0, 'ann');
    const subscribed = join(ann, 'room:1');
    // Whatever the number of the question is.
    for (let id = 1; id < 60; id++) {
      for (const answer of [null, {}, [`${asked}|1`, 3], { topics: null }]) {
        await bus.publish(`n:${asker}`, `1${JSON.stringify(['answer', 'ghost|1', id, 0, id, asked, true])}\n${JSON.stringify(answer)}`);
      }
    }
    await subscribed;
    await join(await cluster.connect(1, 'bob'), 'room:1');
    await seen(cluster, 'room:1', ['ann', 'bob']);
    await close();
  });

  it('tells again what the broker did not take', async () => {
    let isAway = false;
    const apart = (settings?: ClusterSettings) => {
      const make = rig.apart(settings);
      return async (): Promise<ClusterEngine> => {
        const engine = await make();
        const connect: ClusterEngine['connect'] = async (listener) => {
          const { bus, ...others } = await engine.connect(listener);
          const publish: typeof bus.publish = async (channel, text) => {
            if (isAway && text.includes('"presence"')) throw new Error('The broker is away');
            await bus.publish(channel, text);
          };
          return {
            ...others,
            bus: { publish, listen: bus.listen.bind(bus), ignore: bus.ignore.bind(bus), renew: bus.renew.bind(bus) },
          };
        };
        return { ...engine, connect };
      };
    };
    await using cluster = await TestCluster.start({ apart }, 2, {}, EVERYWHERE);
    const [ann, bob] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'bob')];
    for (const peer of [ann, bob]) await join(peer, 'room:1');
    await seen(cluster, 'room:1', ['ann', 'bob']);
    isAway = true;
    await bob.result('unsubscribe', { topics: ['room:1'] });
    await eventually(async () => expect(await cluster.metric('realtime_bus_errors_total', 'publish')).toBeGreaterThan(2));
    expect(heard(ann, 'presence.left')).toEqual([]);
    isAway = false;
    await eventually(() => expect(heard(ann, 'presence.left')).toHaveLength(1));
    await seen(cluster, 'room:1', ['ann']);
  });

  it('costs the others no more than a word when somebody comes and goes without end', async () => {
    await using cluster = await TestCluster.start(rig, 3, { nodeHeartbeatMs: 5_000 }, EVERYWHERE);
    const [ann, ...others] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'bob'), await cluster.connect(2, 'carl')];
    for (const peer of others) await join(peer, 'room:1');
    await seen(cluster, 'room:1', ['bob', 'carl']);
    const before = await cluster.metric('realtime_bus_published_total');
    const rounds = 50;
    for (let round = 0; round < rounds; round++) {
      await join(ann, 'room:1');
      await ann.result('unsubscribe', { topics: ['room:1'] });
    }
    await seen(cluster, 'room:1', ['bob', 'carl']);
    // Two words of the node itself; it asks the two others each time, and they answer.
    expect((await cluster.metric('realtime_bus_published_total')) - before).toBeLessThanOrEqual(rounds * 8 + 50);
  });
});

describe.each(['redis', 'nats'] as const)('Presence over %s that was away', (kind) => {
  it('is whole again though a node keeps none', async () => {
    const broker = await Broker.start(kind);
    await using rig = await EngineRig[kind](broker);
    await using cluster = await TestCluster.start(rig, 2, {}, EVERYWHERE);
    await cluster.add();
    await cluster.whole();
    const [ann, bob] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'bob')];
    for (const peer of [ann, bob]) await join(peer, 'room:1');
    await broker.stop();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([false, false, false]));
    await bob.result('unsubscribe', { topics: ['room:1'] });
    await broker.start();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([true, true, true]));
    await eventually(async () => expect((await cluster.hub(0).presence('room:1')).members).toEqual([{ userId: 'ann', sessions: 1 }]));
  });

  it('takes a topic with more members than a message of the broker holds', async () => {
    const members = 280;
    const presence = {
      graceMs: 0,
      announce: false,
      by: ({ principal }: Session) => (principal ? `${'€'.repeat(1_000)}${principal.userId}` : undefined),
      attributes: () => ({ text: 'x'.repeat(1_000) }),
    } as const;
    await using rig = await EngineRig[kind]();
    await using cluster = await TestCluster.start(rig, 2, {}, { topics: { '*': { presence } } });
    const peers = await Promise.all(Array.from({ length: members }, (_, index) => cluster.connect(0, `u${index}`)));
    await Promise.all(peers.map((peer) => join(peer, 'room:1')));
    const whole = { count: members, missingNodes: [] };
    expect(await cluster.hub(1).presence('room:1')).toMatchObject(whole);
    const far = await cluster.connect(1);
    await join(far, 'room:1');
    await eventually(async () => expect(await cluster.hub(1).presence('room:1')).toMatchObject(whole));
  });
});
