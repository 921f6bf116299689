import type { Server } from 'node:http';
import { eventually } from '../../../../test/support/eventually.js';
import { startNode } from '../../../../test/support/start-node.js';
import { textFrames } from '../load/masked-frame.js';
import { MemorySocket } from './memory-socket.js';

it('opens a session at once, without a network, and shows what the server sends', async () => {
  await using node = await startNode();
  const texts: string[] = [];
  const socket = new MemorySocket((text) => texts.push(text));
  socket.open(node.app.getHttpServer() as Server, '/ws');
  expect(node.hub.stats().sessions.open).toBe(1);
  socket.push(textFrames(['{"jsonrpc":"2.0","id":1,"method":"heartbeat"}']));
  await eventually(() => expect(texts.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ id: 1, result: { status: 'ok' } }]));
  socket.destroy();
});
