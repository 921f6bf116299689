/** Ordinary HTTP requests at the path of an endpoint, on the HTTP server of the app. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { All, Body, Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DrainService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { EchoGateway } from './echo.gateway.js';
import { freePort } from './free-port.js';
import type { RawResponse } from './raw-http.js';
import { rawRequest } from './raw-http.js';

@RpcGateway('tenant', { path: '/tenants/:tenant/live' })
class TenantGateway {
  @RpcMethod()
  ping(): string {
    return 'pong';
  }
}

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'fine';
  }
}

/** The app itself has something to say at paths of sockets. */
@Controller()
class BesideController {
  @Get('ws')
  page(): string {
    return 'a page about sockets';
  }

  @Post('ws')
  call(@Body() body: unknown): unknown {
    return { body };
  }

  @All('tenants/:tenant/live')
  all(): string {
    return 'all';
  }
}

const PROBE = { Host: 'x', Connection: 'close' };

function expectUpgradeRequired(response: RawResponse): void {
  expect(response.status).toBe(426);
  expect(response.headers).toMatchObject({
    upgrade: 'websocket',
    connection: 'close, Upgrade',
    'sec-websocket-version': '13',
    'content-length': String(response.body.length),
    'content-type': 'application/json; charset=utf-8',
  });
  expect(response.body).not.toContain('\n');
  expect(JSON.parse(response.body)).toMatchObject({ status: 426, reason: 'UpgradeRequired', message: expect.any(String) });
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

describe.each(adapters)('a plain request on %s', (_name, adapter) => {
  it('at the path of an endpoint is 426, a whole response, whatever its query and its method', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway, TenantGateway], controllers: [HealthController] });
    for (const target of ['/ws', '/ws/', '/ws?access_token=x', '/tenants/acme/live', 'http://x/ws']) {
      expectUpgradeRequired(await rawRequest(node.port, target, PROBE));
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expectUpgradeRequired(await rawRequest(node.port, '/ws', { ...PROBE, 'Content-Length': '0' }, method));
    expect(await (await fetch(`http://127.0.0.1:${node.port}/health`)).text()).toBe('fine');
    await using peer = await node.connect('/tenants/acme/live');
    expect(await peer.result('tenant.ping')).toBe('pong');
  });

  it('with HEAD is answered without a body that would follow', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway] });
    const response = await rawRequest(node.port, '/ws', PROBE, 'HEAD');
    expect([response.status, response.body, Number(response.headers['content-length']) > 0]).toEqual([426, '', true]);
  });

  it('leaves the connection open for more', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway], controllers: [HealthController] });
    const socket = connect(node.port, '127.0.0.1');
    const text = JSON.stringify({ padding: 'x'.repeat(100_000) });
    const head = `POST /ws HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
    socket.write(`${head}${text}GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    const all = Buffer.concat(chunks).toString('latin1');
    expect(all.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 426', 'HTTP/1.1 200']);
    expect(all).toMatch(/\r\nConnection: Upgrade\r\n/i);
  });

  it('elsewhere is the 404 of the app', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway, TenantGateway] });
    for (const target of ['/', '/wsx', '/ws/x', '/tenants/live', '/tenants/%zz/live']) {
      const response = await rawRequest(node.port, target, PROBE);
      expect([target, response.status === 404 || response.status === 400]).toEqual([target, true]);
      expect(JSON.parse(response.body)).toMatchObject({ statusCode: response.status });
    }
  });

  it('that a route of the app serves is the route’s', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway, TenantGateway], controllers: [BesideController] });
    const url = `http://127.0.0.1:${node.port}`;
    expect(await (await fetch(`${url}/ws`)).text()).toBe('a page about sockets');
    const posted = await fetch(`${url}/ws`, { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } });
    expect(await posted.json()).toEqual({ body: { a: 1 } });
    expect(await (await fetch(`${url}/tenants/acme/live`, { method: 'PUT' })).text()).toBe('all');
    expect((await fetch(`${url}/ws`, { method: 'DELETE' })).status).toBe(426);
    await using peer = await node.connect('/ws');
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it('passes the middleware of the app, and has its headers of CORS', async () => {
    const seen: string[] = [];
    @Injectable()
    class Guarded {
      use(request: { originalUrl: string }, _response: unknown, next: () => void): void {
        seen.push(request.originalUrl);
        next();
      }
    }
    @Module({ providers: [Guarded] })
    class GuardedModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(Guarded).forRoutes('*path');
      }
    }
    await using node = await startNode({
      adapter,
      imports: [GuardedModule],
      providers: [EchoGateway],
      configure: (app) => app.enableCors({ origin: 'https://a.example' }),
    });
    const url = `http://127.0.0.1:${node.port}/ws`;
    const response = await fetch(url, { headers: { Origin: 'https://a.example' } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([426, 'https://a.example']);
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://a.example']);
    expect(seen).toEqual(['/ws']);
  });

  it('is not moved by the global prefix of the app, as the endpoint is not', async () => {
    await using node = await startNode({
      adapter,
      providers: [EchoGateway],
      controllers: [HealthController],
      configure: (app) => void app.setGlobalPrefix('api'),
    });
    expectUpgradeRequired(await rawRequest(node.port, '/ws', PROBE));
    expect((await rawRequest(node.port, '/api/ws', PROBE)).status).toBe(404);
    expect(await (await fetch(`http://127.0.0.1:${node.port}/api/health`)).text()).toBe('fine');
  });

  it('at a path that is served on another port is the 404 of the app', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway], options: { port: await freePort(), host: '127.0.0.1' } });
    expect((await rawRequest(node.port, '/ws', PROBE)).status).toBe(404);
  });

  it('is 503 with Retry-After while the node drains, since an upgrade would be', async () => {
    await using node = await startNode({ adapter, providers: [EchoGateway] });
    await node.app.get(DrainService).drain();
    const response = await rawRequest(node.port, '/ws', PROBE);
    expect([response.status, response.headers['retry-after'], response.headers['upgrade']]).toEqual([503, '1', undefined]);
    expect((node.app.getHttpServer() as Server).listening).toBe(true);
  });
});
