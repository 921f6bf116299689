/** Sign-ins that count over all nodes: each claims a place of its user in the directory before it is answered, and gives the former one back. */
import { Caller } from '../load/caller.js';
import { openClients } from '../load/open-clients.js';
import type { Case, Sample, Suite } from '../suites/suite.js';
import { APART, OWN_CLUSTER_PEERS } from './cluster-peers.js';
import { CLUSTER } from './cluster-name.js';

const RATE = 'cluster-sign-ins-rate';
const CPU = 'cluster-sign-ins-cpu';
const NODES = 3;

export const SIGN_INS: Suite = {
  name: CLUSTER,
  peers: OWN_CLUSTER_PEERS,
  reference: APART,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { signIns } }): Case[] => {
    const detail = `${signIns.amount.measured} sign-ins as users that were not there, by ${signIns.sessions} sessions on each of ${NODES} nodes, each one after the other`;
    return [
      { id: RATE, title: 'Sign-ins a second where users are limited, three nodes together', detail, unit: '/s' },
      { id: CPU, title: 'A sign-in where users are limited, CPU of the nodes', detail, unit: 'µs/sign-in' },
    ];
  },

  async run(bench): Promise<Record<string, Sample>> {
    await using second = await bench.another('beside');
    await using third = await bench.another('beside');
    const nodes = [bench.server, second, third];
    const { dialect } = bench.target;
    const { sessions, amount } = bench.scale.cluster.signIns;
    const sockets = (await Promise.all(nodes.map(({ port }) => openClients({ dialect, port }, sessions, bench.watch)))).flat();
    const callers = sockets.map((socket) => new Caller(socket, dialect));
    let user = 0;
    const signIn = async (count: number): Promise<void> => {
      const last = user + count;
      const loop = async (caller: Caller): Promise<void> => {
        while (user < last) await caller.call('bench.signIn', { userId: `user-${user++}` });
      };
      await bench.watch.step(`${count} sign-ins`, Promise.all(callers.map(loop)));
    };
    const cpu = async (): Promise<number> => {
      const readings = await Promise.all(nodes.map((node) => node.read()));
      return readings.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
    };
    await signIn(amount.warmUp);
    const before = await cpu();
    const startedMs = performance.now();
    await signIn(amount.measured);
    const seconds = (performance.now() - startedMs) / 1_000;
    const cpuMicros = (await cpu()) - before;
    for (const socket of sockets) socket.cut();
    return { [RATE]: { figure: amount.measured / seconds }, [CPU]: { figure: cpuMicros / amount.measured } };
  },
};
