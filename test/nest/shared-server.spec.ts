/** Several apps, and others, that take upgrades of one HTTP server. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import http from 'node:http';
import { RealtimeServers, RpcMethod } from 'nestjs-realtime';
import { WebSocketServer } from 'ws';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

class First {
  @RpcMethod()
  who(): string {
    return 'first';
  }
}

class Second {
  @RpcMethod()
  who(): string {
    return 'second';
  }
}

it('two apps on one server have their own paths, and of a path that both have the first', async () => {
  await using first = await startNode({ providers: [First] });
  await using second = await startNode({ providers: [Second] });
  await using other = await startNode({ providers: [Second], options: { path: '/other' } });
  const server = http.createServer();
  for (const { app } of [first, second, other]) app.get(RealtimeServers).attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  {
    await using peer = await RpcPeer.connect(`${url}/ws`);
    await using another = await RpcPeer.connect(`${url}/other`);
    expect([await peer.result('who'), await another.result('who')]).toEqual(['first', 'second']);
  }
  server.close();
});

it('a connection that another listener of the server has answered already is left to it', async () => {
  const foreign = new WebSocketServer({ noServer: true });
  await using node = await startNode({
    configure: (app) => {
      (app.getHttpServer() as http.Server).prependListener('upgrade', (request, socket, head) =>
        foreign.handleUpgrade(request, socket, head, (ws) => ws.on('message', () => ws.send('foreign'))),
      );
    },
  });
  await using peer = await node.connect();
  peer.socket.send('hello');
  await eventually(() => expect(peer.frames).toContain('foreign'));
  expect(node.hub.stats().sessions.open).toBe(0);
});

it('a connection that somebody takes while its sign-in is looked at ends no process', async () => {
  const logger = new CollectingLogger();
  let answer: (principal: null) => void = () => undefined;
  const authenticate = () => new Promise<null>((resolve) => (answer = resolve));
  await using node = await startNode({ logger, options: { auth: { authenticator: { authenticate, fromHandshake: authenticate } } } });
  const foreign = new WebSocketServer({ noServer: true });
  (node.app.getHttpServer() as http.Server).on('upgrade', (request, socket, head) =>
    foreign.handleUpgrade(request, socket, head, (ws) => ws.on('message', () => ws.send('foreign'))),
  );
  await using peer = await node.connect();
  answer(null);
  peer.socket.send('hello');
  await eventually(() => expect(peer.frames).toContain('foreign'));
  await eventually(() => expect(logger.errors.join('\n')).toContain('was taken by somebody else on the same server'));
  expect(node.hub.stats().sessions.open).toBe(0);
});
