/** What a push costs the node that receives it from another, and what it costs a node that is alone and publishes it itself. */
import { measure } from '../suites/measure.js';
import type { Bench, Case, Sample, Suite } from '../suites/suite.js';
import { CLUSTER_PEERS, OWN_NATS, OWN_REDIS, THEIR_PUBSUB, THEIR_STREAMS } from './cluster-peers.js';
import { CLUSTER } from './cluster-name.js';
import { Crossing, SIZE } from './crossing.js';
import type { Goal } from './goal.js';

const MOST_OF_LOCAL = 1.1;
const TIMES_LESS = 3;

/** Pushes within one tick of the publishing node. */
const BURST = 20;

const idOf = (sessions: number): string => `cluster-push-${sessions}`;
const burstOf = (sessions: number): string => `cluster-burst-${sessions}`;
const shareOf = (sessions: number): string => `cluster-share-${sessions}`;

/** Fewer pushes to more sessions; the last one has some ten at least. */
function timesFor(pushes: number, sessions: number): number {
  return Math.max(10, Math.ceil(pushes / Math.max(1, sessions / 5)));
}

const LESS: readonly Goal[] = [OWN_REDIS, OWN_NATS].flatMap((peer) =>
  [THEIR_PUBSUB, THEIR_STREAMS].map((than) => ({ peer, of: 'less', than, least: TIMES_LESS }) as const),
);

export const PUSHES: Suite = {
  name: CLUSTER,
  peers: CLUSTER_PEERS,
  reference: THEIR_PUBSUB,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { pushes, sessions } }): Case[] =>
    sessions.flatMap((count) => {
      const detail = `${timesFor(pushes.measured, count)} pushes of ${SIZE} characters a round to ${count} sockets of one topic, one at a time`;
      const isMany = count === Math.max(...sessions);
      return [
        {
          id: idOf(count),
          title: `Receiving node, ${count} sessions a topic`,
          detail: `${detail}; an operation is one push at one receiver`,
          unit: 'µs/push',
          goals: LESS,
        },
        {
          id: burstOf(count),
          title: `Receiving node, bursts of ${BURST}, ${count} sessions a topic`,
          detail: `${timesFor(pushes.measured / 2, count)} × ${BURST} pushes of ${SIZE} characters a round to ${count} sockets of one topic; an operation is one push at one receiver`,
          unit: 'µs/push',
          goals: LESS,
        },
        {
          id: shareOf(count),
          title: `Receiving node against a node that is alone and publishes itself, ${count} sessions a topic`,
          detail,
          unit: '× local',
          goals: isMany ? [OWN_REDIS, OWN_NATS].map((peer) => ({ peer, of: 'figure' as const, most: MOST_OF_LOCAL })) : [],
        },
      ];
    }),

  async run(bench): Promise<Record<string, Sample>> {
    await using publishing = await bench.another('apart');
    await using alone = await bench.another('alone');
    const samples: Record<string, Sample> = {};
    for (const count of bench.scale.cluster.sessions) {
      const remote = await costs(bench, publishing.port, bench.server.port, count);
      const local = await costs({ ...bench, server: alone }, alone.port, alone.port, count);
      samples[idOf(count)] = remote.paced;
      samples[burstOf(count)] = remote.burst;
      samples[shareOf(count)] = { figure: remote.paced.figure / local.paced.figure };
    }
    return samples;
  },
};

interface Costs {
  readonly paced: Sample;
  readonly burst: Sample;
}

async function costs(bench: Bench, from: number, to: number, sessions: number): Promise<Costs> {
  const { warmUp, measured } = bench.scale.cluster.pushes;
  const crossing = await Crossing.open(bench, `bench:pushes:${sessions}`, from, to, sessions);
  const some = (pushes: number, atOnce: number): Promise<Sample> => {
    const times = timesFor(pushes, sessions);
    const work = (): Promise<void> => crossing.pushes(times, atOnce);
    return measure(bench, 'pushes', times * atOnce * sessions, work, crossing.progress);
  };
  await crossing.pushes(timesFor(warmUp, sessions));
  const pushed = await some(measured, 1);
  const ordered = from === to ? await costOfOrders(bench, crossing, timesFor(measured, sessions)) : 0;
  await crossing.pushes(timesFor(warmUp / 2, sessions), BURST);
  const burst = await some(measured / 2, BURST);
  crossing.close();
  return { paced: { ...pushed, figure: pushed.figure - ordered / sessions }, burst };
}

/** What the order to publish costs the node that gets it, which here is the one that is measured, in µs. */
async function costOfOrders(bench: Bench, crossing: Crossing, times: number): Promise<number> {
  const orders = async (): Promise<void> => {
    for (let i = 0; i < times; i++) await crossing.order(0);
  };
  return (await measure(bench, 'orders', times, orders)).figure;
}
