/** One publisher, many receivers. */
import { BENCH_TOPIC } from '../dialects/bench-topic.js';
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import { PushBoard } from '../load/push-board.js';
import { measure } from './measure.js';
import type { Amount } from './scale.js';
import type { Case, Sample, Suite } from './suite.js';

/** Pushes within one tick of the server. Before the next ones are published every receiver has these. */
const PACES = [
  { id: 'fan-out-paced', title: 'Fan-out, paced', count: 1, target: 0.9 },
  { id: 'fan-out-burst', title: 'Fan-out, bursts of 20', count: 20, target: 0.15 },
] as const;

/** Characters of padding in a push. */
const SIZE = 100;

/** Publishes that make about `pushes` pushes; bursts make more of them, since each costs less. */
function publishes(pushes: number, count: number): number {
  return count === 1 ? pushes : Math.ceil((2 * pushes) / count);
}

export const FAN_OUT: Suite = {
  name: 'fanout',

  rounds: ({ rounds }) => rounds,

  cases: ({ fanOut: { receivers, pushes } }): Case[] =>
    PACES.map(({ id, title, count, target }) => ({
      id,
      title,
      detail: `${receivers} receivers, ${publishes(pushes.measured, count)} × ${count} pushes of ${SIZE} characters a round; an operation is one push at one receiver`,
      unit: 'µs/push',
      target,
    })),

  async run(bench): Promise<Record<string, Sample>> {
    const { target, watch, scale } = bench;
    const { dialect } = target;
    const receivers = await openClients(target, scale.fanOut.receivers, watch);
    await watch.step('subscribing', Promise.all(receivers.map((socket) => new Caller(socket, dialect).subscribe(BENCH_TOPIC))));
    const publisherSocket = await openClient(target, watch);
    const publisher = new Caller(publisherSocket, dialect);
    const board = new PushBoard(dialect, receivers, BENCH_TOPIC, SIZE);

    const publish = async (times: number, count: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        const delivered = board.all(count);
        const answer = await publisher.call('bench.publish', { topic: BENCH_TOPIC, count, size: SIZE });
        if (answer !== count) throw new Error(`${count} pushes were ordered, the server answered ${JSON.stringify(answer)}`);
        await delivered;
      }
    };
    const progress = (): string => `${board.missingPushes} pushes are missing`;
    const samples: Record<string, Sample> = {};
    for (const { id, count } of PACES) {
      const { warmUp, measured }: Amount = scale.fanOut.pushes;
      await watch.step('warming up pushes', publish(publishes(warmUp, count), count), progress);
      const times = publishes(measured, count);
      const operations = times * count * receivers.length;
      samples[id] = await measure(bench, `pushes, ${count} a tick`, operations, () => publish(times, count), progress);
    }
    for (const socket of [...receivers, publisherSocket]) socket.cut();
    return samples;
  },
};
