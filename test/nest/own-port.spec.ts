/** The module on a port of its own, beside the HTTP server of the app. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HubService, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { bootError } from './boot.js';
import { EchoGateway } from './echo.gateway.js';
import { freePort } from './free-port.js';
import { rawRequest, rawUpgrade } from './raw-http.js';

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'fine';
  }
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

it.each(adapters)('serves there and not on the port of the app, on %s', async (_name, adapter) => {
  const port = await freePort();
  await using node = await startNode({
    adapter,
    providers: [EchoGateway],
    controllers: [HealthController],
    options: { port, host: '127.0.0.1' },
  });
  await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
  expect(await peer.result('echo', [1])).toEqual([1]);
  expect(await (await fetch(`http://127.0.0.1:${node.port}/health`)).text()).toBe('fine');
  await expect(node.connect('/ws')).rejects.toThrow();
});

it('serves every path of the app there', async () => {
  @RpcGateway('admin', { path: '/admin/:tenant' })
  class AdminGateway {
    @RpcMethod()
    ping(): string {
      return 'pong';
    }
  }
  const port = await freePort();
  await using node = await startNode({ providers: [EchoGateway, AdminGateway], options: { port, path: '/main' } });
  await using main = await RpcPeer.connect(`ws://127.0.0.1:${port}/main`);
  await using admin = await RpcPeer.connect(`ws://127.0.0.1:${port}/admin/acme`);
  expect(await main.result('echo', [1])).toEqual([1]);
  expect(await admin.result('admin.ping')).toBe('pong');
  expect((await main.request('admin.ping')).error?.code).toBe(-32601);
  expect(node.hub.stats().sessions.open).toBe(2);
});

it('listens only on the host that it is given', async () => {
  const port = await freePort();
  await using node = await startNode({ providers: [EchoGateway], options: { port, host: '127.0.0.1' } });
  const socket = connect(port, '127.0.0.2');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  expect(node.hub.stats().sessions.open).toBe(0);
});

it('answers what is no upgrade with a whole HTTP response', async () => {
  const port = await freePort();
  await using node = await startNode({ providers: [EchoGateway], options: { port } });
  const plain = await rawRequest(port, '/ws', { Host: 'x', Connection: 'close' });
  expect(plain.status).toBe(426);
  expect(plain.headers['upgrade']).toBe('websocket');
  expect(plain.headers['content-length']).toBe(String(plain.body.length));
  expect(JSON.parse(plain.body)).toMatchObject({ status: 426 });
  for (const target of ['/', '/wsx', '/%zz', '*']) {
    const response = await rawRequest(port, target, { Host: 'x', Connection: 'close' });
    expect(response.status).toBe(404);
    expect(JSON.parse(response.body)).toMatchObject({ status: 404 });
  }
  expect((await rawUpgrade(port, '/nowhere')).status).toBe(404);
  expect((await rawUpgrade(port, '/ws', { 'Sec-WebSocket-Version': '8' })).status).toBe(426);
  expect(node.hub.stats().sessions.open).toBe(0);
});

it('serves also where the app has no HTTP server at all', async () => {
  const port = await freePort();
  @Module({ imports: [RealtimeModule.forRoot({ port, host: '127.0.0.1' })], providers: [EchoGateway] })
  class AppModule {}
  const context = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  try {
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    expect(await peer.result('echo', [1])).toEqual([1]);
    expect(await context.get(HubService).broadcast('news')).toEqual({ reached: 1 });
  } finally {
    await context.close();
  }
  await expect(RpcPeer.connect(`ws://127.0.0.1:${port}/ws`)).rejects.toThrow('ECONNREFUSED');
});

it('fails at boot if somebody has the port', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const { port } = occupant.address() as { port: number };
  try {
    expect(await bootError({ providers: [EchoGateway], options: { port, host: '127.0.0.1' } })).toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    occupant.close();
    await once(occupant, 'close');
  }
});

it('needs a port if it is given a host', async () => {
  const error = await bootError({ options: { host: '127.0.0.1' } });
  expect(error).toMatchObject({ name: 'RealtimeConfigError', message: expect.stringContaining('host') });
});

describe('closing the app', () => {
  it('says goodbye there as well and frees the port', async () => {
    const port = await freePort();
    const node = await startNode({ providers: [EchoGateway], options: { port } });
    const peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    await node.app.close();
    expect((await peer.closed).code).toBe(1012);
    await expect(RpcPeer.connect(`ws://127.0.0.1:${port}/ws`)).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait for connections that never asked for anything', async () => {
    const port = await freePort();
    const node = await startNode({ providers: [EchoGateway], options: { port } });
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const half = connect(port, '127.0.0.1');
    half.write('GET /ws HTTP/1.1\r\n');
    await once(half, 'connect');
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    await peer.settled();
    await node.app.close();
    await expect(RpcPeer.connect(`ws://127.0.0.1:${port}/ws`)).rejects.toThrow('ECONNREFUSED');
    silent.destroy();
    half.destroy();
  });
});
