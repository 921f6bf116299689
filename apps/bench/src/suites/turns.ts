/** What everybody else notices of pushes to very many sockets. */
import { setTimeout as pause } from 'node:timers/promises';
import { BENCH_TOPIC } from '../dialects/bench-topic.js';
import { Bystander } from '../load/bystander.js';
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import { PushBoard } from '../load/push-board.js';
import { percentile } from '../report/statistics.js';
import { OWN, PEERS, REFERENCE } from '../runner/peers.js';
import { measure } from './measure.js';
import type { Case, Sample, Suite } from './suite.js';

const SIZE = 100;
/** Between two pushes, in ms: what one left behind is not counted to the next. */
const REST_MS = 50;

export const TURNS: Suite = {
  name: 'turns',

  peers: PEERS.filter(({ name }) => [REFERENCE, OWN, 'socket.io'].includes(name)),

  rounds: ({ turns }) => turns.rounds,

  cases: ({ turns: { receivers, pushes } }): Case[] =>
    receivers.flatMap((count) => {
      const detail = `${pushes.measured} pushes of ${SIZE} characters a round to ${count} sockets, one at a time`;
      return [
        { id: `turns-hold-${count}`, title: `Longest hold of the event loop, push to ${count}`, detail, unit: 'ms' },
        { id: `turns-echo-${count}`, title: `Echo of somebody else meanwhile, p99, push to ${count}`, detail, unit: 'ms' },
        { id: `turns-last-${count}`, title: `Until the last receiver has it, push to ${count}`, detail, unit: 'ms' },
        { id: `turns-cpu-${count}`, title: `CPU of a push at one receiver, push to ${count}`, detail, unit: 'µs/push' },
      ];
    }),

  async run(bench): Promise<Record<string, Sample>> {
    const samples: Record<string, Sample> = {};
    for (const count of bench.scale.turns.receivers) Object.assign(samples, await pushTo(count, bench));
    return samples;
  },
};

async function pushTo(count: number, bench: Parameters<Suite['run']>[0]): Promise<Record<string, Sample>> {
  const { server, target, watch, peer } = bench;
  const { warmUp, measured } = bench.scale.turns.pushes;
  const topic = `${BENCH_TOPIC}:${count}`;
  await using bystander = await Bystander.start({ port: target.port, peer }, (error) => watch.fail(error));
  const receivers = await openClients(target, count, watch);
  for (const socket of receivers) await new Caller(socket, target.dialect).subscribe(topic);
  const publisherSocket = await openClient(target, watch);
  const publisher = new Caller(publisherSocket, target.dialect);
  const board = new PushBoard(target.dialect, receivers, topic, SIZE);

  const push = async (): Promise<number> => {
    const delivered = board.all(1);
    const startedMs = performance.now();
    await publisher.call('bench.publish', { topic, count: 1, size: SIZE });
    await delivered;
    const lastMs = performance.now() - startedMs;
    await pause(REST_MS);
    return lastMs;
  };
  const progress = (): string => `${board.missingPushes} pushes are missing`;
  const pushes = async (times: number): Promise<number[]> => {
    const lastMs: number[] = [];
    for (let i = 0; i < times; i++) lastMs.push(await watch.step('a push', push(), progress));
    return lastMs;
  };
  await pushes(warmUp);
  await server.read({ collectGarbage: true });
  await server.read({ collectGarbage: false, loop: 'watch' });
  bystander.begin();
  let lastMs: number[] = [];
  const cpu = await measure(bench, 'pushes', measured * count, async () => (lastMs = await pushes(measured)));
  const latencies = await bystander.seen();
  const { longestHoldMs = NaN } = await server.read({ collectGarbage: false, loop: 'read' });
  for (const socket of [...receivers, publisherSocket]) socket.cut();
  return {
    [`turns-hold-${count}`]: { figure: longestHoldMs },
    [`turns-echo-${count}`]: { figure: percentile(latencies, 0.99) },
    [`turns-last-${count}`]: { figure: percentile(lastMs, 0.5) },
    [`turns-cpu-${count}`]: { figure: cpu.figure },
  };
}
