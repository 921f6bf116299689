/** The reference: what a competent person writes with `ws` and nothing else. It speaks JSON-RPC 2.0, the good cases of it. */
import { createServer } from 'node:http';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Publish, Subscribe } from './calls.js';
import { listen } from './listen.js';
import { serverStats } from './server-stats.js';

interface Request {
  readonly id: number | string;
  readonly method: string;
  readonly params: unknown;
}

const server = createServer();
const sockets = new WebSocketServer({ server, path: '/ws' });
const topics = new Map<string, Set<WebSocket>>();

sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const { id, method, params } = JSON.parse(data.toString()) as Request;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: answer(socket, method, params) }));
  });
  socket.on('close', () => {
    for (const members of topics.values()) members.delete(socket);
  });
  socket.on('error', () => undefined);
});

listen(server);

function answer(socket: WebSocket, method: string, params: unknown): unknown {
  switch (method) {
    case 'echo':
      return params;
    case 'subscribe':
      return subscribe(socket, params as Subscribe);
    case 'bench.publish':
      return publish(params as Publish);
    case 'bench.stats':
      return serverStats(sockets.clients.size);
    default:
      throw new Error(`No such method: ${method}`);
  }
}

function subscribe(socket: WebSocket, { topics: names }: Subscribe): unknown {
  for (const name of names) {
    const members = topics.get(name) ?? new Set();
    topics.set(name, members.add(socket));
  }
  return { subscribed: names };
}

function publish({ topic, count, size }: Publish): number {
  const pad = 'x'.repeat(size);
  for (let seq = 0; seq < count; seq++) {
    const text = JSON.stringify({ jsonrpc: '2.0', method: topic, params: { seq, pad }, topic });
    for (const member of topics.get(topic) ?? []) member.send(text);
  }
  return count;
}
