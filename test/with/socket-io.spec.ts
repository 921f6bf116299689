import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

class Methods {
  @RpcMethod()
  ping(): string {
    return 'pong';
  }
}

const heard = (client: Socket, event: string): Promise<unknown> => new Promise((resolve) => client.once(event, resolve));

it('socket.io and the module share a server, each with its path', async () => {
  let sockets: Server | undefined;
  const node = await startNode({
    providers: [Methods],
    configure: (app) => {
      // Without it socket.io ends every connection that it does not know after a second.
      sockets = new Server(app.getHttpServer() as HttpServer, { destroyUpgrade: false });
      sockets.on('connection', (socket) => socket.on('ask', (answer: (text: string) => void) => answer('from socket.io')));
    },
  });
  const client = io(`http://127.0.0.1:${node.port}`, { transports: ['websocket'], reconnection: false });
  await heard(client, 'connect');
  await using peer = await node.connect();
  expect(await client.emitWithAck('ask')).toBe('from socket.io');
  expect(await peer.result('ping')).toBe('pong');
  const [closed, disconnected] = [peer.closed, heard(client, 'disconnect')];
  // It ends its own clients at once, and waits for the server, which waits for ours.
  const ended = sockets?.close();
  await node.app.close();
  await ended;
  await disconnected;
  expect((await closed).code).toBeGreaterThan(1000);
});
