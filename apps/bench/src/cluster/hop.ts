/** How much later a push arrives on another node than on the one that it was published on, when nothing else is to do. */
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../report/statistics.js';
import type { Bench, Case, Sample, Suite } from '../suites/suite.js';
import { CLUSTER_PEERS, OWN_NATS, OWN_REDIS, THEIR_PUBSUB } from './cluster-peers.js';
import { Crossing } from './crossing.js';
import { CLUSTER } from './cluster-name.js';

/** Between two pushes, in ms. */
const REST_MS = 3;

const PARTS = [
  { id: 'cluster-hop-p50', title: 'What a hop between nodes adds, p50', share: 0.5, most: 0.2 },
  { id: 'cluster-hop-p99', title: 'What a hop between nodes adds, p99', share: 0.99, most: undefined },
] as const;

/** Some servers deliver on their own node only when the broker has answered: what the hop adds there says little. */
const WHOLE = { id: 'cluster-way-p50', title: 'From the order to the receiver on another node, p50' } as const;

export const HOP: Suite = {
  name: CLUSTER,
  peers: CLUSTER_PEERS,
  reference: THEIR_PUBSUB,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { hop } }): Case[] =>
    [...PARTS, { ...WHOLE, most: undefined }].map(({ id, title, most }) => ({
      id,
      title,
      detail: `${hop.measured} pushes a round to one session of the publishing node and as many to one of another, in turns, ${REST_MS} ms apart`,
      unit: 'ms',
      goals: most === undefined ? [] : [OWN_REDIS, OWN_NATS].map((peer) => ({ peer, of: 'figure' as const, most })),
    })),

  async run(bench): Promise<Record<string, Sample>> {
    await using other = await bench.another('apart');
    const here = await Crossing.open(bench, 'bench:here', other.port, other.port, 1);
    const there = await Crossing.open(bench, 'bench:there', other.port, bench.server.port, 1);
    const { warmUp, measured } = bench.scale.cluster.hop;
    // In haste, so that the compiler has been through it when it is done at leisure.
    for (const way of [here, there]) {
      await way.pushes(warmUp, 10);
      await way.pushes(warmUp);
    }
    const near: number[] = [];
    const far: number[] = [];
    for (let i = 0; i < measured; i++) {
      near.push(await rested(bench, here));
      far.push(await rested(bench, there));
    }
    const added = far.map((ms, index) => ms - (near[index] as number));
    here.close();
    there.close();
    return {
      ...Object.fromEntries(PARTS.map(({ id, share }) => [id, { figure: percentile(added, share) }])),
      [WHOLE.id]: { figure: percentile(far, 0.5) },
    };
  },
};

async function rested({ watch }: Bench, way: Crossing): Promise<number> {
  await pause(REST_MS);
  return watch.step('a push', way.push(), way.progress);
}
