/** Connections that Node knows nothing of any more, or not yet, when a server is to end: they must not hold it up. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { RpcMethod } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import type { NodeParts, RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { UPGRADE_HEADERS, rawRequest, requestText } from '../nest/raw-http.js';

const certificate = selfSignedCertificate();

class HttpsAdapter extends ExpressAdapter {
  override initHttpServer(options: NestApplicationOptions): void {
    super.initHttpServer({ ...options, httpsOptions: certificate });
  }
}

class Endless {
  @RpcMethod('endless')
  wait(): Promise<never> {
    return new Promise(() => undefined);
  }
}

const overTls: NodeParts = { adapter: () => new HttpsAdapter() };

async function opened(port: number, text = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** Somebody else on the server who looks at paths of his own only, as proxies do. */
const serverOf = (node: RunningNode): Server => node.app.getHttpServer() as Server;
const withOther = (node: RunningNode): Server => serverOf(node).on('upgrade', () => undefined);

const connections = (node: RunningNode): Promise<number> =>
  new Promise((resolve, reject) => serverOf(node).getConnections((error, count) => (error ? reject(error) : resolve(count))));

const elsewhere = requestText('/elsewhere', UPGRADE_HEADERS);

describe('the end of an app', () => {
  it.each(['', '\x16\x03'])('with TLS is not held up by a connection that has only sent %j', async (text) => {
    const node = await startNode({ ...overTls, options: { drain: { timeoutMs: 200 } } });
    const cut = once(await opened(node.port, text), 'close');
    await using peer = await RpcPeer.connect(`wss://127.0.0.1:${node.port}/ws`, { ca: certificate.cert });
    await peer.settled();
    await node.app.close();
    await cut;
    expect((await peer.closed).code).toBe(1012);
  });

  it('is not held up by upgrades that are left to somebody else', async () => {
    const node = await startNode({ options: { drain: { timeoutMs: 200 } } });
    withOther(node);
    const cut = once(await opened(node.port, elsewhere), 'close');
    await (await node.connect()).settled();
    await node.app.close();
    await cut;
  });

  it('is not held up by them any longer when a second signal comes', async () => {
    const node = await startNode({ ...overTls, options: { drain: { timeoutMs: 600_000 } } });
    const cut = once(await opened(node.port), 'close');
    await using peer = await RpcPeer.connect(`wss://127.0.0.1:${node.port}/ws`, { ca: certificate.cert });
    await peer.settled();
    const hooks = (): void => undefined;
    process.on('SIGHUP', hooks);
    try {
      const closed = node.app.close();
      await peer.closed;
      process.emit('SIGHUP', 'SIGHUP');
      await closed;
      await cut;
    } finally {
      process.off('SIGHUP', hooks);
    }
  });

  it('leaves sessions over TLS their goodbye, also when the time is over', async () => {
    const node = await startNode({ ...overTls, options: { drain: { timeoutMs: 50 } }, providers: [Endless] });
    await using peer = await RpcPeer.connect(`wss://127.0.0.1:${node.port}/ws`, { ca: certificate.cert });
    const call = peer.request('endless');
    await peer.settled();
    await node.app.close();
    expect([(await call).error?.code, (await peer.closed).code]).toEqual([-32053, 1012]);
  });
});

describe('an upgrade that is left to somebody else', () => {
  it('does not end the process when its peer resets the connection', async () => {
    await using node = await startNode({ options: { drain: { timeoutMs: 200 } } });
    withOther(node);
    const socket = await opened(node.port, elsewhere);
    await using bystander = await node.connect();
    await bystander.settled();
    socket.resetAndDestroy();
    await once(socket, 'close');
    while ((await connections(node)) > 1) await bystander.settled();
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('is refused at once where nobody else listens', async () => {
    await using node = await startNode();
    expect((await rawRequest(node.port, '/elsewhere', UPGRADE_HEADERS)).status).toBe(404);
  });
});
