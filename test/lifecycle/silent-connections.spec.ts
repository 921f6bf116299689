import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { startNode } from '../support/start-node.js';

/** A connection that sends what it is told and nothing more. */
async function silent(port: number, text = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

const adapters: [string, (() => AbstractHttpAdapter) | undefined][] = [
  ['Express', undefined],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

describe.each(adapters)('the end of an app on %s', (_name, adapter) => {
  it.each(['', 'GET / HTTP/1.1\r\nHost: x\r\n'])('is not held up by a connection that has only sent %j', async (text) => {
    const node = await startNode({ ...(adapter ? { adapter } : {}), options: { drain: { timeoutMs: 200 } } });
    const socket = await silent(node.port, text);
    // The server has accepted it when it answers somebody who came later.
    const later = await node.connect();
    await later.request('heartbeat');
    const cut = once(socket, 'close');
    await node.app.close();
    await cut;
  });
});
