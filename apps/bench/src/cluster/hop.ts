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

export const HOP: Suite = {
  name: CLUSTER,
  peers: CLUSTER_PEERS,
  reference: THEIR_PUBSUB,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { hop } }): Case[] =>
    PARTS.map(({ id, title, most }) => ({
      id,
      title,
      detail: `${hop.measured} pushes a round to one session of the publishing node and as many to one of another, in turns, ${REST_MS} ms apart`,
      unit: 'ms',
      goals: most === undefined ? [] : [OWN_REDIS, OWN_NATS].map((peer) => ({ peer, of: 'figure' as const, most })),
    })),

  async run(bench): Promise<Record<string, Sample>> {
    await using other = await bench.another('beside');
    const here = await Crossing.open(bench, 'bench:here', other.port, other.port, 1);
    const there = await Crossing.open(bench, 'bench:there', other.port, bench.server.port, 1);
    const { warmUp, measured } = bench.scale.cluster.hop;
    await hops(bench, here, there, warmUp);
    const added = await hops(bench, here, there, measured);
    here.close();
    there.close();
    return Object.fromEntries(PARTS.map(({ id, share }) => [id, { figure: percentile(added, share) }]));
  },
};

async function hops({ watch }: Bench, here: Crossing, there: Crossing, times: number): Promise<number[]> {
  const added: number[] = [];
  for (let i = 0; i < times; i++) {
    await pause(REST_MS);
    const nearMs = await watch.step('a push on one node', here.push(), here.progress);
    await pause(REST_MS);
    added.push((await watch.step('a push to another node', there.push(), there.progress)) - nearMs);
  }
  return added;
}
