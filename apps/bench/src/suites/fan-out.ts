/** One publisher, many receivers. */
import { BENCH_TOPIC } from '../dialects/bench-topic.js';
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import { PushBoard } from '../load/push-board.js';
import { measure } from './measure.js';
import { expectSessions } from './session-count.js';
import type { Bench, Case, Sample, Suite } from './suite.js';

/** Pushes within one tick of the server. Before the next ones are published every receiver has these. */
const PACES = [
  { name: 'paced', title: 'paced', count: 1, target: 0.85 },
  { name: 'burst', title: 'bursts of 20', count: 20, target: 0.07 },
] as const;

/** Characters of padding in a push. */
const SIZE = 100;

const idOf = (pace: string, receivers: number): string => `fan-out-${pace}-${receivers}`;

/** Publishes to so many receivers, for about as many operations as with the fewest; bursts make more of them, since each costs less. */
function publishes(pushes: number, count: number, receivers: number, fewest: number): number {
  const share = (pushes * fewest) / receivers;
  return Math.ceil(count === 1 ? share : (2 * share) / count);
}

export const FAN_OUT: Suite = {
  name: 'fanout',

  rounds: ({ rounds }) => rounds,

  cases: ({ fanOut: { receivers, pushes } }): Case[] =>
    receivers.flatMap((to) =>
      PACES.map(({ name, title, count, target }) => ({
        id: idOf(name, to),
        title: `Fan-out, ${title}, ${to} receivers`,
        detail: `${publishes(pushes.measured, count, to, Math.min(...receivers))} × ${count} pushes of ${SIZE} characters a round to ${to} sockets; an operation is one push at one receiver`,
        unit: 'µs/push',
        target,
      })),
    ),

  async run(bench): Promise<Record<string, Sample>> {
    const samples: Record<string, Sample> = {};
    for (const receivers of bench.scale.fanOut.receivers) Object.assign(samples, await pushTo(receivers, bench));
    return samples;
  },
};

async function pushTo(count: number, bench: Bench): Promise<Record<string, Sample>> {
  const { target, watch, scale } = bench;
  const { dialect } = target;
  const receivers = await openClients(target, count, watch);
  await watch.step('subscribing', Promise.all(receivers.map((socket) => new Caller(socket, dialect).subscribe(BENCH_TOPIC))));
  const publisherSocket = await openClient(target, watch);
  const publisher = new Caller(publisherSocket, dialect);
  const board = new PushBoard(dialect, receivers, BENCH_TOPIC, SIZE);

  const publish = async (times: number, atOnce: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const delivered = board.all(atOnce);
      const answer = await publisher.call('bench.publish', { topic: BENCH_TOPIC, count: atOnce, size: SIZE });
      if (answer !== atOnce) throw new Error(`${atOnce} pushes were ordered, the server answered ${JSON.stringify(answer)}`);
      await delivered;
    }
  };
  const fewest = Math.min(...scale.fanOut.receivers);
  const progress = (): string => `${board.missingPushes} pushes are missing`;
  const samples: Record<string, Sample> = {};
  for (const { name, count: atOnce } of PACES) {
    const { warmUp, measured } = scale.fanOut.pushes;
    await watch.step('warming up pushes', publish(publishes(warmUp, atOnce, count, fewest), atOnce), progress);
    const times = publishes(measured, atOnce, count, fewest);
    const operations = times * atOnce * receivers.length;
    samples[idOf(name, count)] = await measure(bench, `pushes, ${atOnce} a tick`, operations, () => publish(times, atOnce), progress);
  }
  for (const socket of receivers) socket.cut();
  // The next ones listen to the same topic.
  await watch.step('waiting for the server to notice', expectSessions(publisher, 1));
  publisherSocket.cut();
  return samples;
}
