import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard, isWhole } from './cluster-node.js';
import { EngineRig } from './engines.js';

/** Nobody who has gone is let go within a test. */
const ROOMS = { topics: { 'room:*': { presence: { graceMs: 3_600_000 } } } };

describe.each(['redis', 'nats'] as const)('Presence with a broker that fails, %s', (kind) => {
  it('goes on by what the node knows, and is exact as soon as the broker is back', async () => {
    await using broker = await Broker.start(kind);
    await using rig = await EngineRig[kind](broker);
    await using cluster = await TestCluster.start(rig, 2, {}, ROOMS);
    const [watcher, ann, bob] = [await cluster.connect(0, 'watcher'), await cluster.connect(1, 'ann'), await cluster.connect(1, 'bob')];
    await watcher.result('subscribe', { topics: ['room:1'] });
    // From this answer on the watcher is told of all who come.
    expect(await watcher.result('presence', { topic: 'room:1' })).toMatchObject({ count: 1 });
    for (const peer of [ann, bob]) await peer.result('subscribe', { topics: ['room:1'] });
    const seen = async (): Promise<string[][]> =>
      Promise.all(
        cluster.nodes.map(async ({ hub }) =>
          (await hub.presence('room:1')).members.map(({ userId, sessions }) => `${userId} ${sessions}`).sort(),
        ),
      );
    const both = (...members: string[]): string[][] => [members, members];
    await eventually(async () => expect(await seen()).toEqual(both('ann 1', 'bob 1', 'watcher 1')));
    await broker.stop();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([false, false]));
    await bob.result('unsubscribe', { topics: ['room:1'] });
    const carl = await cluster.connect(1, 'carl');
    await carl.result('subscribe', { topics: ['room:1'] });
    await broker.start();
    await eventually(() => expect(cluster.nodes.map(isWhole)).toEqual([true, true]));
    await eventually(async () => expect(await seen()).toEqual(both('ann 1', 'carl 1', 'watcher 1')));
    const told = (method: string): unknown[] =>
      heard(watcher, method).map((params) => (params as { member: { userId: string } }).member.userId);
    await eventually(() =>
      expect([told('presence.joined').sort(), told('presence.left')]).toEqual([['ann', 'bob', 'carl', 'watcher'], ['bob']]),
    );
  });
});
