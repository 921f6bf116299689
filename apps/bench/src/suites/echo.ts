/** Calls that come back with their params: the way in and the way out of one message. */
import { EchoLoop } from '../load/echo-loop.js';
import { openClients } from '../load/open-clients.js';
import { measure } from './measure.js';
import type { Case, Sample, Suite } from './suite.js';

/** Requests of one connection that are under way at once; they leave the client in one write. */
const DEPTHS = [
  { depth: 1, target: 0.95 },
  { depth: 16, target: 0.4 },
] as const;

/** As a chat message. */
const PARAMS = Object.freeze({ room: 'lobby', text: 'The quick brown fox jumps over the lazy dog. '.repeat(2), at: 1_700_000_000_000 });

const idOf = (depth: number): string => `echo-depth-${depth}`;

export const ECHO: Suite = {
  name: 'echo',

  rounds: ({ rounds }) => rounds,

  cases: ({ echo: { connections, calls } }): Case[] =>
    DEPTHS.map(({ depth, target }) => ({
      id: idOf(depth),
      title: `Echo, pipeline depth ${depth}`,
      detail: `${connections} connections, ${calls.measured} calls a round, ${depth} at a time on each connection`,
      unit: 'µs/call',
      target,
    })),

  async run(bench): Promise<Record<string, Sample>> {
    const { target, watch, scale } = bench;
    const sockets = await openClients(target, scale.echo.connections, watch);
    const samples: Record<string, Sample> = {};
    for (const { depth } of DEPTHS) {
      const loop = new EchoLoop(target.dialect, depth, PARAMS);
      const windows = (calls: number): number => Math.ceil(calls / (sockets.length * depth));
      const run = (calls: number): Promise<unknown> => Promise.all(sockets.map((socket) => loop.run(socket, windows(calls))));
      const { warmUp, measured } = scale.echo.calls;
      await watch.step(`warming up echoes of depth ${depth}`, run(warmUp));
      const operations = windows(measured) * sockets.length * depth;
      samples[idOf(depth)] = await measure(bench, `echoes of depth ${depth}`, operations, () => run(measured));
    }
    for (const socket of sockets) socket.cut();
    return samples;
  },
};
