/** Servers that an app makes itself, as Nest's page on HTTPS shows it. */
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule, RealtimeServers } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { EchoGateway } from './echo.gateway.js';
import { rawUpgrade } from './raw-http.js';

@Module({ imports: [RealtimeModule.forRoot()], providers: [EchoGateway] })
class AppModule {}

async function initialised() {
  const logger = new CollectingLogger();
  const app = await NestFactory.create(AppModule, { logger, abortOnError: false });
  await app.init();
  return { app, logger, servers: app.get(RealtimeServers), handler: app.getHttpAdapter().getInstance() as RequestListener };
}

async function listening(server: Server | https.Server | http2.Http2SecureServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const opened = ({ lines }: CollectingLogger): string[] => lines.filter((line) => line.includes('Sessions open at'));

async function ended(app: INestApplication, ...servers: { close(): unknown }[]): Promise<void> {
  await app.close();
  for (const server of servers) server.close();
}

describe('an app with servers of its own making', () => {
  it('opens sessions on all that it attaches, says so when one listens, and sends them away when it closes', async () => {
    const { app, logger, servers, handler } = await initialised();
    expect(opened(logger)).toEqual([]);
    const { key, cert } = selfSignedCertificate();
    const plain = http.createServer(handler);
    const secure = https.createServer({ key, cert }, handler);
    const both = http2.createSecureServer({ key, cert, allowHTTP1: true });
    for (const server of [plain, secure, both]) servers.attach(server);
    expect(opened(logger)).toEqual([]);
    const urls = [
      `ws://127.0.0.1:${await listening(plain)}/ws`,
      `wss://127.0.0.1:${await listening(secure)}/ws`,
      `wss://127.0.0.1:${await listening(both)}/ws`,
    ];
    expect(opened(logger)).toEqual([expect.stringContaining('Sessions open at /ws (4 methods)')]);
    const peers = await Promise.all(urls.map((url) => RpcPeer.connect(url, { ca: cert })));
    for (const peer of peers) expect(await peer.result('echo', { a: 1 })).toEqual({ a: 1 });
    expect(await app.get(HubService).broadcast('news')).toEqual({ reached: 3 });
    const plainPort = (plain.address() as AddressInfo).port;
    expect((await fetch(`http://127.0.0.1:${plainPort}/ws`)).status).toBe(426);
    await app.close();
    for (const peer of peers) expect((await peer.closed).code).toBe(1012);
    expect(plain.listening).toBe(true);
    expect(plain.listenerCount('upgrade')).toBe(0);
    for (const server of [plain, secure, both]) server.close();
    expect(() => servers.attach(http.createServer())).toThrow('has closed');
  });

  it('takes no more sessions where it detaches, and keeps those that are open', async () => {
    const { app, servers, handler } = await initialised();
    const server = http.createServer(handler);
    const detach = servers.attach(server);
    const port = await listening(server);
    const peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    detach();
    detach();
    expect(await peer.result('echo', { a: 1 })).toEqual({ a: 1 });
    expect((await rawUpgrade(port, '/ws')).status).not.toBe(101);
    servers.attach(server);
    const again = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    expect(await again.result('echo', { a: 1 })).toEqual({ a: 1 });
    await ended(app, server);
  });

  it('forgets a server that closes, and takes each once', async () => {
    const { app, servers } = await initialised();
    const server = http.createServer();
    servers.attach(server);
    expect(() => servers.attach(server)).toThrow('attached already');
    expect(() => servers.attach(app.getHttpServer() as Server)).toThrow('attached already');
    await listening(server);
    server.close();
    await once(server, 'close');
    expect(server.listenerCount('upgrade')).toBe(0);
    servers.attach(server);
    await app.close();
  });

  it.each([[undefined], [{}], [3000], [http]])('takes no %p for a server', async (wrong) => {
    const { app, servers } = await initialised();
    expect(() => servers.attach(wrong as Server)).toThrow(TypeError);
    await app.close();
  });
});
