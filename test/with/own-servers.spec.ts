import type { AddressInfo, ListenOptions } from 'node:net';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { INestApplication, Type } from '@nestjs/common';
import { Logger, Module } from '@nestjs/common';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import { moduleFromPage } from '../docs/module-from-page.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';

@Module({ imports: [RealtimeModule.forRoot()] })
class AppModule {}

const LOOPBACK: ListenOptions = { host: '127.0.0.1', port: 0 };

type Bootstrap = (
  module: Type,
  tls: { key: string; cert: string },
  at: { http: ListenOptions; https: ListenOptions },
) => Promise<{ app: INestApplication; servers: { http: Server; https: Server } }>;

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('sessions open on servers of the app’s own making, and end with the app', async () => {
  Logger.overrideLogger(false);
  const { bootstrap } = await moduleFromPage<{ bootstrap: Bootstrap }>('docs/with-other-libraries.md', 'createSecureServer');
  const { key, cert } = selfSignedCertificate();
  const { app, servers } = await bootstrap(AppModule, { key, cert }, { http: LOOPBACK, https: LOOPBACK });
  const peers = [
    await RpcPeer.connect(`ws://127.0.0.1:${await portOf(servers.http)}/ws`),
    await RpcPeer.connect(`wss://127.0.0.1:${await portOf(servers.https)}/ws`, { ca: cert }),
  ];
  expect(await app.get(HubService).broadcast('news')).toEqual({ reached: 2 });
  for (const peer of peers) expect((await peer.push('news')).method).toBe('news');
  await app.close();
  expect((await Promise.all(peers.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([1012, 1012]);
  for (const server of Object.values(servers)) server.close();
});
