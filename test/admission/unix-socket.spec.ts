/** A proxy in front of a Unix socket, whose peers have no address. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';

describe('an app at a Unix socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'realtime-unix-'));
  const path = join(folder, 'app.sock');
  afterAll(() => rmSync(folder, { recursive: true }));

  async function start(options: RealtimeOptions) {
    @Module({ imports: [RealtimeModule.forRoot(options)] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(path);
    return { app, hub: app.get(HubService), [Symbol.asyncDispose]: () => app.close() };
  }

  const connect = (headers: Record<string, string>): Promise<RpcPeer> =>
    RpcPeer.connect(`ws+unix:${path}:/ws`, { headers: { Host: 'inner', ...headers } });

  it('knows its clients by what the proxy says, if it is told to believe it', async () => {
    await using node = await start({ trustedProxies: ['unix'], limits: { connections: { perAddress: 1 } } });
    await using one = await connect({ 'X-Forwarded-For': '192.0.2.1' });
    await using two = await connect({ 'X-Forwarded-For': '192.0.2.2' });
    for (const peer of [one, two]) await peer.settled();
    expect(node.hub.find({ kind: 'all' }).map(({ handshake }) => handshake.address)).toEqual(['192.0.2.1', '192.0.2.2']);
    await expect(connect({ 'X-Forwarded-For': '192.0.2.2' })).rejects.toThrow('429');
    const page = { Origin: 'https://app.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'app.example' };
    await using three = await connect({ 'X-Forwarded-For': '192.0.2.3', ...page });
    await three.settled();
    expect(node.hub.stats().sessions.open).toBe(3);
  });

  it('believes nobody otherwise', async () => {
    await using node = await start({ limits: { connections: { perAddress: 1 } } });
    await using one = await connect({ 'X-Forwarded-For': '192.0.2.1' });
    await one.settled();
    expect(node.hub.find({ kind: 'all' }).map(({ handshake }) => handshake.address)).toEqual(['']);
    await expect(connect({ 'X-Forwarded-For': '192.0.2.2' })).rejects.toThrow('429');
  });
});
