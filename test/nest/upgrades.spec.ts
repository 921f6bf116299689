/** What happens to opening requests that are not taken, and to those that look odd and are. */
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Controller, Get } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WebSocketServer } from 'ws';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { EchoGateway } from './echo.gateway.js';
import type { RawResponse } from './raw-http.js';
import { UPGRADE_HEADERS, rawRequest, rawUpgrade, requestText } from './raw-http.js';

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'fine';
  }
}

function expectRefusal(response: RawResponse, status: number): void {
  expect(response.status).toBe(status);
  expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.body)));
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(response.body).not.toContain('\n');
  expect(JSON.parse(response.body)).toMatchObject({ status, reason: expect.any(String), message: expect.any(String) });
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

describe.each(adapters)('on %s', (_name, adapter) => {
  it('sessions open beside ordinary routes', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway], controllers: [HealthController] });
    await using peer = await node.connect();
    expect(await peer.result('echo', { n: 1 })).toEqual({ n: 1 });
    expect(await (await fetch(`http://127.0.0.1:${node.port}/health`)).text()).toBe('fine');
  });

  it('an upgrade for a path that nobody serves is a whole 404', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway], controllers: [HealthController] });
    for (const target of ['/', '/health', '/wss', '/ws/x', '/ws%2F', '/%zz']) {
      expectRefusal(await rawUpgrade(node.port, target), 404);
    }
  });

  it('an upgrade for another listener is left to it', async () => {
    const other = new WebSocketServer({ noServer: true });
    await using node = await startNode({
      adapter,
      providers: [EchoGateway],
      configure: (app) => {
        (app.getHttpServer() as Server).on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
          if (request.url === '/other') other.handleUpgrade(request, socket, head, (ws) => ws.send('{"from":"other"}'));
        });
      },
    });
    await using theirs = await node.connect('/other');
    await using ours = await node.connect('/ws');
    expect(await ours.result('echo', [1])).toEqual([1]);
    await eventually(() => expect(theirs.frames).toEqual(['{"from":"other"}']));
  });
});

describe('opening requests that are refused', () => {
  it.each(['8', '12', '14', 'x', '', undefined])(
    'answer Sec-WebSocket-Version %p with 426 and the version that is spoken',
    async (version) => {
      await using node = await startNode({ providers: [EchoGateway] });
      const response = await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Version': version });
      expectRefusal(response, 426);
      expect(response.headers['sec-websocket-version']).toBe('13');
      expect(response.headers['upgrade']).toBe('websocket');
    },
  );

  it.each(['h2c', 'TLS/1.2', 'foo'])('answer an upgrade to %s with 426', async (protocol) => {
    await using node = await startNode({ providers: [EchoGateway] });
    expectRefusal(await rawUpgrade(node.port, '/ws', { Upgrade: protocol }), 426);
  });

  it.each([undefined, '', 'short', 'dGhlIHNhbXBsZSBub25jZQ', `${'A'.repeat(30)}==`])('answer the key %p with 400', async (key) => {
    await using node = await startNode({ providers: [EchoGateway] });
    expectRefusal(await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Key': key }), 400);
  });

  it('answer a request without Host with 400, and one over HTTP/1.0, as RFC 6455 demands', async () => {
    await using node = await startNode({ providers: [EchoGateway] });
    expectRefusal(await rawUpgrade(node.port, '/ws', { Host: undefined }), 400);
    expectRefusal(await rawUpgrade(node.port, '/ws', {}, 'GET', '1.0'), 400);
  });

  it.each(['POST', 'PUT', 'HEAD'])('answer the method %s with an error', async (method) => {
    await using node = await startNode({ providers: [EchoGateway] });
    const response = await rawUpgrade(node.port, '/ws', {}, method);
    expect([400, 405]).toContain(response.status);
  });

  it('answer a malformed list of subprotocols with 400', async () => {
    await using node = await startNode({ providers: [EchoGateway] });
    expectRefusal(await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Protocol': 'a,,b' }), 400);
  });

  it('do no harm to the sessions that are open', async () => {
    await using node = await startNode({ providers: [EchoGateway] });
    await using peer = await node.connect();
    await rawUpgrade(node.port, '/nowhere');
    await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Key': 'x' });
    await rawRequest(node.port, '/ws', { ...UPGRADE_HEADERS, 'Sec-WebSocket-Version': '1' });
    const socket = connect(node.port, '127.0.0.1', () =>
      socket.write('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConn', () => socket.resetAndDestroy()),
    );
    socket.on('error', () => undefined);
    await once(socket, 'close');
    expect(await peer.result('echo', [1])).toEqual([1]);
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
  });
});

describe('opening requests that are accepted', () => {
  /** The head of the answer. */
  async function open(port: number, text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    await once(socket, 'close');
    return chunk.toString('latin1').split('\r\n\r\n', 1)[0] as string;
  }

  it.each(['', '[', 'a b', '999.999.1.1:99999', 'evil.example/ws?'])('whatever their Host: %p', async (host) => {
    await using node = await startNode({ providers: [EchoGateway] });
    expect(await open(node.port, requestText('/ws', { ...UPGRADE_HEADERS, Host: host }))).toMatch(/^HTTP\/1\.1 101 /);
  });

  it.each(['WebSocket', 'WEBSOCKET', 'websocket, h2c', 'h2c, WebSocket'])(
    'whatever the case of the protocol and whatever stands beside it: %s',
    async (protocol) => {
      await using node = await startNode({ providers: [EchoGateway] });
      expect(await open(node.port, requestText('/ws', { ...UPGRADE_HEADERS, Upgrade: protocol }))).toMatch(/^HTTP\/1\.1 101 /);
    },
  );

  it('with the whole URL as their target', async () => {
    await using node = await startNode({ providers: [EchoGateway] });
    const status = await open(node.port, requestText(`http://127.0.0.1:${node.port}/ws?a=1`, UPGRADE_HEADERS));
    expect(status).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('with a subprotocol that is echoed only if it is ours', async () => {
    await using node = await startNode({ providers: [EchoGateway] });
    await using ours = await RpcPeer.connect(node.url(), { protocols: ['mqtt', 'jsonrpc'] });
    expect(ours.socket.protocol).toBe('jsonrpc');
    await using none = await node.connect();
    expect(none.socket.protocol).toBe('');
    const answer = await open(node.port, requestText('/ws', { ...UPGRADE_HEADERS, 'Sec-WebSocket-Protocol': 'mqtt' }));
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toMatch(/sec-websocket-protocol/i);
  });
});
