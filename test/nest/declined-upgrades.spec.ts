/** Requests that offer another protocol beside HTTP, as Java's HttpClient and curl --http2 do, get their ordinary answers. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Server } from 'node:http';
import { Body, Controller, Get, Headers, Post } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { rawRequest } from './raw-http.js';

const OFFER = {
  Host: 'demo.example',
  Connection: 'Upgrade, HTTP2-Settings',
  Upgrade: 'h2c',
  'HTTP2-Settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA',
};

@Controller('things')
class ThingsController {
  @Get()
  all(@Headers() headers: Record<string, string>): object {
    return { host: headers['host'], upgrade: headers['upgrade'] ?? null, tenant: headers['x-tenant'] ?? null };
  }

  @Post()
  add(@Body() body: object): object {
    return { added: body };
  }
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

/** Writes a request in pieces, each after the one before was taken by the kernel; reads until the server ends the connection, or the answer is whole. */
async function inPieces(port: number, pieces: readonly string[], whole?: RegExp): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  const received = (): string => Buffer.concat(chunks).toString('utf8');
  if (whole) await eventually(() => expect(received()).toMatch(whole));
  else await once(socket, 'close');
  socket.destroy();
  return received();
}

function postOf(body: string): string {
  const headers = { ...OFFER, 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `POST /things HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

describe.each(adapters)('a request that offers h2c, on %s,', (_name, adapter) => {
  it('is answered like any other, and its connection ends', async () => {
    await using node = await startNode({ adapter, controllers: [ThingsController] });
    const response = await rawRequest(node.port, '/things', { ...OFFER, 'X-Tenant': 'acme' });
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body)).toEqual({ host: 'demo.example', upgrade: null, tenant: 'acme' });
    expect(response.headers['connection']).toBe('close');
  });

  it('keeps its body, in one piece or in several', async () => {
    await using node = await startNode({ adapter, controllers: [ThingsController] });
    const body = JSON.stringify({ name: 'Zoë', pad: 'x'.repeat(50_000) });
    for (const pieces of [[postOf(body) + body], [postOf(body), body.slice(0, 10), body.slice(10)]]) {
      const response = await inPieces(node.port, pieces, /\}\}$/);
      expect(response).toMatch(/^HTTP\/1\.1 201 /);
      expect(response).toContain('"name":"Zoë"');
    }
  });

  it("is the app's 404 where nobody serves it", async () => {
    await using node = await startNode({ adapter, controllers: [ThingsController] });
    const response = await rawRequest(node.port, '/nowhere', OFFER);
    expect([response.status, JSON.parse(response.body)]).toMatchObject([404, { message: 'Cannot GET /nowhere' }]);
  });

  it('leaves sessions as they are', async () => {
    await using node = await startNode({ adapter, controllers: [ThingsController] });
    await rawRequest(node.port, '/things', OFFER);
    await using peer = await node.connect();
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });
});

describe('a request that offers another protocol', () => {
  it('cannot be followed by a second one on its connection', async () => {
    await using node = await startNode({ controllers: [ThingsController] });
    const twice = `GET /things HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`.repeat(2);
    expect((await inPieces(node.port, [twice])).match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('is 426 at a path of ours, which speaks nothing but WebSocket', async () => {
    await using node = await startNode({ controllers: [ThingsController] });
    expect(await rawRequest(node.port, '/ws', OFFER)).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } });
  });

  it('is left to whoever else listens for upgrades', async () => {
    await using node = await startNode({ controllers: [ThingsController] });
    const server = node.app.getHttpServer() as Server;
    server.on('upgrade', ({ url, headers }, socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Taken: ${headers.upgrade} ${url}\r\n\r\n`),
    );
    expect(await rawRequest(node.port, '/things', OFFER)).toMatchObject({ headers: { 'x-taken': 'h2c /things' } });
  });
});
