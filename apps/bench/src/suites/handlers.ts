/** Calls as apps make them: what guards, interceptors and validation cost, beside Nest's own adapter. */
import { CallLoop } from '../load/call-loop.js';
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import { ORDER_CASES, ORDER_PARAMS, checkOrders, expectTallies, receiptFor } from '../orders/order-calls.js';
import type { Tallies } from '../orders/order-enhancers.js';
import { ORDER_PEERS, ORDER_REFERENCE } from '../runner/order-peers.js';
import { measure } from './measure.js';
import type { Case, Sample, Suite } from './suite.js';

/** Requests of one connection that are under way at once: a page that opens asks for a few things. */
const DEPTH = 4;

export const HANDLERS: Suite = {
  name: 'handlers',
  peers: ORDER_PEERS,
  reference: ORDER_REFERENCE,

  rounds: ({ rounds }) => rounds,

  cases: ({ handlers: { connections, calls } }): Case[] =>
    ORDER_CASES.map(({ id, title, target }) => ({
      id,
      title,
      detail: `${connections} connections, ${calls.measured} calls a round, ${DEPTH} at a time on each connection`,
      unit: 'µs/call',
      target,
    })),

  async run(bench): Promise<Record<string, Sample>> {
    const { target, watch, scale } = bench;
    const { connections, calls } = scale.handlers;
    const control = await openClient(target, watch);
    const caller = new Caller(control, target.dialect);
    const tallies = async (): Promise<Tallies> => (await caller.call('order.tally')) as Tallies;
    const sockets = await openClients(target, connections, watch);
    const windows = (count: number): number => Math.ceil(count / (sockets.length * DEPTH));
    const samples: Record<string, Sample> = {};
    for (const one of ORDER_CASES) {
      await watch.step(`checking ${one.method}`, checkOrders(caller, one));
      const before = await watch.step('reading tallies', tallies());
      const loop = new CallLoop(target.dialect, DEPTH, { method: one.method, params: ORDER_PARAMS, result: receiptFor(one) });
      const run = (count: number): Promise<unknown> => Promise.all(sockets.map((socket) => loop.run(socket, windows(count))));
      await watch.step(`warming up ${one.method}`, run(calls.warmUp));
      const operations = windows(calls.measured) * sockets.length * DEPTH;
      samples[one.id] = await measure(bench, one.method, operations, () => run(calls.measured));
      const warmedUp = windows(calls.warmUp) * sockets.length * DEPTH;
      expectTallies(before, await watch.step('reading tallies', tallies()), one, operations + warmedUp);
    }
    for (const socket of [...sockets, control]) socket.cut();
    return samples;
  },
};
