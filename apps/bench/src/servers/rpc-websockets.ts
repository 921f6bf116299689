/** rpc-websockets, a JSON-RPC 2.0 library; its events are topics that have to be made before anybody can subscribe. */
import { createServer } from 'node:http';
import { Server } from 'rpc-websockets';
import { BENCH_TOPIC } from '../dialects/bench-topic.js';
import type { Echo, Publish } from './calls.js';
import { listen } from './listen.js';
import { serverStats } from './server-stats.js';

const server = createServer();
const rpc = new Server({ server });

rpc.event(BENCH_TOPIC);
rpc.register('echo', (params) => params as Echo);
rpc.register('bench.publish', (params) => {
  // The package types params as a list or a record; our own load is the only caller.
  const { topic, count, size } = params as unknown as Publish;
  const pad = 'x'.repeat(size);
  for (let seq = 0; seq < count; seq++) rpc.emit(topic, { seq, pad });
  return count;
});
rpc.register('bench.stats', () => serverStats(rpc.wss.clients.size));

listen(server);
