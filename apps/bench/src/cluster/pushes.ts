/** What a push costs the node that receives it from another, and what it costs a node that is alone and publishes it itself. */
import { median } from '../report/statistics.js';
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

/** Measured in so many parts. */
const PARTS = 10;

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
    const here = { ...bench, server: alone };
    for (const count of bench.scale.cluster.sessions) {
      const { warmUp, measured } = bench.scale.cluster.pushes;
      const remote = await Crossing.open(bench, `bench:pushes:${count}`, publishing.port, bench.server.port, count);
      const local = await Crossing.open(here, `bench:pushes:${count}`, alone.port, alone.port, count);
      for (const way of [remote, local]) {
        // The compiler is done sooner with many at once.
        await way.pushes(timesFor(warmUp / 2, count), BURST);
        await way.pushes(timesFor(warmUp, count));
      }
      const times = timesFor(measured, count);
      const far: Sample[] = [];
      const near: Sample[] = [];
      const ordered: Sample[] = [];
      // In turns, so that what the machine does otherwise falls on both.
      for (let part = 0; part < PARTS; part++) {
        far.push(await costs(bench, remote, times / PARTS, 1));
        near.push(await costs(here, local, times / PARTS, 1));
        ordered.push(await costsOfOrders(here, local, times / PARTS));
      }
      samples[idOf(count)] = middle(far);
      samples[shareOf(count)] = { figure: middle(far).figure / (middle(near).figure - middle(ordered).figure) };
      samples[burstOf(count)] = await costs(bench, remote, timesFor(measured / 2, count), BURST);
      for (const way of [remote, local]) way.close();
    }
    return samples;
  },
};

function costs(bench: Bench, way: Crossing, pushes: number, atOnce: number): Promise<Sample> {
  const times = Math.ceil(pushes);
  return measure(bench, 'pushes', times * atOnce * way.sessions, () => way.pushes(times, atOnce), way.progress);
}

/** What the order to publish costs the node that gets it, which here is the one that is measured. */
function costsOfOrders(bench: Bench, way: Crossing, pushes: number): Promise<Sample> {
  const times = Math.ceil(pushes);
  const orders = async (): Promise<void> => {
    for (let i = 0; i < times; i++) await way.order(0);
  };
  return measure(bench, 'orders', times * way.sessions, orders);
}

function middle(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample): number => median(samples.map((sample) => sample[field] ?? NaN));
  return { figure: of('figure'), perSecond: of('perSecond'), loadBusy: of('loadBusy') };
}
