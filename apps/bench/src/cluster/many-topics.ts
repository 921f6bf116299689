/** Very many topics that few listen to, spread over three nodes: how long it takes until all are heard, and what that costs the nodes. */
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import type { LoadSocket } from '../load/load-socket.js';
import { PushBoard } from '../load/push-board.js';
import type { Bench, Case, Sample, Suite } from '../suites/suite.js';
import type { ServerProcess } from '../runner/server-process.js';
import { APART, OWN_CLUSTER_PEERS } from './cluster-peers.js';
import { CLUSTER } from './cluster-name.js';
import { SIZE } from './crossing.js';

const TIME = 'cluster-topics-time';
const CPU = 'cluster-topics-cpu';
const NODES = 3;

interface Listener {
  readonly socket: LoadSocket;
  readonly topics: readonly string[];
}

export const MANY_TOPICS: Suite = {
  name: CLUSTER,
  peers: OWN_CLUSTER_PEERS,
  reference: APART,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { topics } }): Case[] => {
    const detail = `${topics.count} topics, each of one session; ${topics.sessions} sessions on each of ${NODES} nodes, each subscribing to all of its topics at once`;
    return [
      { id: TIME, title: `${topics.count} topics over three nodes, until all are heard`, detail, unit: 'ms' },
      { id: CPU, title: `${topics.count} topics over three nodes, CPU of all nodes`, detail, unit: 'µs/topic' },
    ];
  },

  async run(bench): Promise<Record<string, Sample>> {
    await using second = await bench.another('beside');
    await using third = await bench.another('beside');
    const nodes = [bench.server, second, third];
    const { count, sessions, warmUp } = bench.scale.cluster.topics;
    await join(bench, nodes, 'warm-up', warmUp, sessions);
    const { listeners, wallMs, cpuMicros } = await join(bench, nodes, 'measured', count, sessions);
    if (bench.broker) await expectPushes(bench, nodes, listeners);
    for (const { socket } of listeners.flat()) socket.cut();
    return { [TIME]: { figure: wallMs }, [CPU]: { figure: cpuMicros / count } };
  },
};

async function join(bench: Bench, nodes: readonly ServerProcess[], name: string, count: number, sessions: number) {
  const { target, watch } = bench;
  const { dialect } = target;
  const listeners: Listener[][] = [];
  for (const [node, { port }] of nodes.entries()) {
    const sockets = await openClients({ dialect, port }, sessions, watch);
    // The topics go round all sessions of all nodes.
    const topicsOf = (first: number): string[] =>
      Array.from({ length: Math.ceil((count - first) / (nodes.length * sessions)) }, (_, round) => {
        return `bench:${name}:${first + round * nodes.length * sessions}`;
      });
    listeners.push(sockets.map((socket, index) => ({ socket, topics: topicsOf(node * sessions + index) })));
  }
  const before = await cpuOf(nodes);
  const startedMs = performance.now();
  const subscribed = listeners.flat().map(({ socket, topics }) => new Caller(socket, dialect).call('subscribe', { topics }));
  await watch.step(`joining ${count} topics`, Promise.all(subscribed));
  const wallMs = performance.now() - startedMs;
  return { listeners, wallMs, cpuMicros: (await cpuOf(nodes)) - before };
}

async function cpuOf(nodes: readonly ServerProcess[]): Promise<number> {
  const readings = await Promise.all(nodes.map((node) => node.read()));
  return readings.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
}

/** A session of each node gets what the next node publishes: the subscriptions are answered, so they must be heard. */
async function expectPushes({ target, watch }: Bench, nodes: readonly ServerProcess[], listeners: readonly Listener[][]): Promise<void> {
  const { dialect } = target;
  for (const [index, node] of nodes.entries()) {
    const listener = listeners[(index + 1) % nodes.length]?.at(-1);
    const topic = listener?.topics.at(-1);
    if (!listener || topic === undefined) throw new Error('A node has no listeners');
    const board = new PushBoard(dialect, [listener.socket], topic, SIZE);
    const all = board.all(1);
    const publisher = await openClient({ dialect, port: node.port }, watch);
    const order = new Caller(publisher, dialect).call('bench.publish', { topic, count: 1, size: SIZE });
    await watch.step('a push to one of many topics', Promise.all([order, all]), () => `${board.missingPushes} is missing`);
    publisher.cut();
  }
}
