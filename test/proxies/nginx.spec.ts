/** Behind nginx, as docs/operations.md writes it down and as people forget to write it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import { EchoGateway } from '../nest/echo.gateway.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { PROXY_START_MS, ProxyProcess } from './proxy-process.js';

const location = (upstream: string, more = ''): string => `location / {
  proxy_pass http://${upstream}; proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
  ${more}
}`;

const addressesOf = (hub: HubService): string[] => hub.find({ kind: 'all' }).map(({ handshake }) => handshake.address);

describe('behind nginx', () => {
  it(
    'sessions have the address of their client, calls and pushes pass, and a drain says 1012',
    async () => {
      await using node = await startNode({ providers: [EchoGateway], options: { trustedProxies: ['127.0.0.1'] } });
      await using proxy = await ProxyProcess.nginx(location(`127.0.0.1:${node.port}`));
      const url = `ws://127.0.0.1:${proxy.port}/ws`;
      const peers = await Promise.all(['127.0.0.2', '127.0.0.3'].map((localAddress) => RpcPeer.connect(url, { localAddress })));
      for (const peer of peers) expect(await peer.result('echo', { size: 'x'.repeat(60_000) })).toEqual({ size: 'x'.repeat(60_000) });
      expect(addressesOf(node.hub).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
      expect(await node.hub.broadcast('news', { text: 'y'.repeat(200_000) })).toEqual({ reached: 2 });
      for (const peer of peers) expect((await peer.push('news')).params).toEqual({ text: 'y'.repeat(200_000) });
      const closing = node.app.close();
      for (const peer of peers) expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
      await closing;
    },
    PROXY_START_MS,
  );

  it('that speaks TLS, pages of the same origin are let in and others are not', async () => {
    await using node = await startNode({ options: { trustedProxies: ['127.0.0.1'], origins: 'same' } });
    await using proxy = await ProxyProcess.nginx(location(`127.0.0.1:${node.port}`), true);
    const at = `127.0.0.1:${proxy.port}`;
    const connect = (origin: string): Promise<RpcPeer> => RpcPeer.connect(`wss://${at}/ws`, { ca: proxy.certificate.cert, origin });
    await using peer = await connect(`https://${at}`);
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
    await expect(connect(`http://${at}`)).rejects.toThrow('403');
    await expect(connect('https://elsewhere.test')).rejects.toThrow('403');
  });

  it('and a Unix socket, each client has its own address and limits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realtime-unix-'));
    const socket = join(folder, 'app.sock');
    @Module({ imports: [RealtimeModule.forRoot({ trustedProxies: ['unix'], limits: { connections: { perAddress: 1 } } })] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(socket);
    await using proxy = await ProxyProcess.nginx(location(`unix:${socket}:`));
    const connect = (localAddress: string): Promise<RpcPeer> => RpcPeer.connect(`ws://127.0.0.1:${proxy.port}/ws`, { localAddress });
    const one = await connect('127.0.0.2');
    const two = await connect('127.0.0.3');
    await expect(connect('127.0.0.3')).rejects.toThrow('429');
    expect(addressesOf(app.get(HubService)).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
    await app.close();
    for (const peer of [one, two]) expect((await peer.closed).code).toBe(1012);
    rmSync(folder, { recursive: true });
  });

  it('that takes the upgrade away, a client is told what is missing', async () => {
    await using node = await startNode();
    await using proxy = await ProxyProcess.nginx(`location / { proxy_pass http://127.0.0.1:${node.port}; }`);
    await expect(RpcPeer.connect(`ws://127.0.0.1:${proxy.port}/ws`)).rejects.toThrow('426');
  });

  it('whose time limit for silence is shorter than the work, pings keep the session', async () => {
    await using node = await startNode({ options: { heartbeat: { pingIntervalMs: 300 } } });
    await using proxy = await ProxyProcess.nginx(location(`127.0.0.1:${node.port}`, 'proxy_read_timeout 1s;'));
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${proxy.port}/ws`);
    let pings = 0;
    peer.socket.on('ping', () => pings++);
    await eventually(() => expect(pings).toBeGreaterThan(5));
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it('that ends, sessions are gone', async () => {
    await using node = await startNode();
    const proxy = await ProxyProcess.nginx(location(`127.0.0.1:${node.port}`));
    const peer = await RpcPeer.connect(`ws://127.0.0.1:${proxy.port}/ws`);
    expect(node.hub.stats().sessions.open).toBe(1);
    await proxy[Symbol.asyncDispose]();
    await peer.closed;
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
  });
});
