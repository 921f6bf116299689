/** socket.io over WebSocket only, with its rooms as topics; alone, or with an adapter as one of many. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import type { ServerOptions } from 'socket.io';
import type { Echo, Publish, Subscribe } from './calls.js';
import { listen } from './listen.js';
import type { ServerStats } from './server-stats.js';
import { serverStats } from './server-stats.js';

interface Calls {
  echo(params: Echo, answer: (result: Echo) => void): void;
  subscribe(params: Subscribe, answer: (result: unknown) => void): void;
  'bench.publish'(params: Publish, answer: (result: number) => void): void;
  'bench.stats'(params: object, answer: (result: ServerStats) => void): void;
}

type Pushes = Record<string, (params: { readonly seq: number; readonly pad: string }) => void>;

export function serveSocketIo(options: Partial<ServerOptions> = {}): void {
  const server = createServer();
  const io = new Server<Calls, Pushes>(server, {
    ...options,
    transports: ['websocket'],
    serveClient: false,
    // In ms: no ping falls into a measurement, as with the other servers.
    pingInterval: 3_600_000,
  });

  io.on('connection', (socket) => {
    socket.on('echo', (params, answer) => answer(params));
    socket.on('subscribe', ({ topics }, answer) => {
      void socket.join([...topics]);
      answer({ subscribed: topics });
    });
    socket.on('bench.publish', ({ topic, count, size }, answer) => {
      const pad = 'x'.repeat(size);
      for (let seq = 0; seq < count; seq++) io.to(topic).emit(topic, { seq, pad });
      answer(count);
    });
    socket.on('bench.stats', (_params, answer) => answer(serverStats(io.sockets.sockets.size)));
  });

  listen(server);
}
