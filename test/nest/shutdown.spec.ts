/** Closing the app: every client hears it, gets what was queued for it, and is closed with 1012. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { SessionEnd } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { EchoGateway } from './echo.gateway.js';
import { UPGRADE_HEADERS, rawUpgrade, requestText } from './raw-http.js';

@RpcGateway()
class WaitGateway {
  @RpcMethod()
  async wait(@RpcContext() { session, signal }: RpcContext): Promise<void> {
    session.push('waiting');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
];

describe.each(adapters)('closing the app on %s', (_name, adapter) => {
  it('tells every client, then closes with 1012, and none sees 1006', async () => {
    const node = await startNode({ adapter, providers: [EchoGateway], options: { drain: { windowMs: 8_000 } } });
    const peers = await Promise.all(Array.from({ length: 40 }, () => node.connect()));
    await Promise.all(peers.map((peer) => peer.settled()));
    await node.app.close();
    const ends = await Promise.all(peers.map((peer) => peer.closed));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]));
    const delays = peers.map((peer) => {
      const last = peer.messages.at(-1);
      expect(last).toMatchObject({
        jsonrpc: '2.0',
        method: 'session.shutdown',
        params: { reason: 'shutdown', reconnectAfterMs: expect.any(Number) },
      });
      return (last?.params as { reconnectAfterMs: number }).reconnectAfterMs;
    });
    // Spread over the window, so that they do not all come back at once.
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(8_000);
    expect(new Set(delays).size).toBe(40);
  });
});

describe('closing the app', () => {
  it('sends what is queued first, in order', async () => {
    const node = await startNode({ providers: [EchoGateway] });
    const peer = await node.connect();
    await peer.settled();
    const text = 'x'.repeat(1000);
    for (let n = 0; n < 500; n++) void node.hub.broadcast('data', { n, text });
    await node.app.close();
    expect((await peer.closed).code).toBe(1012);
    expect(peer.pushes.slice(0, -1).map(({ params }) => (params as { n: number }).n)).toEqual(Array.from({ length: 500 }, (_x, n) => n));
    expect(peer.pushes.at(-1)?.method).toBe('session.shutdown');
  });

  it('sends replies that were finished in the same tick', async () => {
    const node = await startNode({ providers: [EchoGateway] });
    const peer = await node.connect();
    await peer.settled();
    peer.send({ jsonrpc: '2.0', id: 'last', method: 'echo', params: { n: 1 } });
    await eventually(() => expect(peer.frames.length).toBeGreaterThan(1));
    await node.app.close();
    expect((await peer.response('last')).result).toEqual({ n: 1 });
  });

  it('reaches sessions whose socket is not read', async () => {
    const options = { limits: { inFlight: 1 }, drain: { timeoutMs: 100 } };
    const node = await startNode({ providers: [EchoGateway, WaitGateway], options });
    const peer = await node.connect();
    for (let i = 0; i < 20; i++) peer.send({ jsonrpc: '2.0', id: i, method: 'wait' });
    await peer.push('waiting');
    await node.app.close();
    expect((await peer.closed).code).toBe(1012);
    expect(peer.pushes.at(-1)?.method).toBe('session.shutdown');
  });

  it('answers opening requests with 503 meanwhile', async () => {
    const node = await startNode({ providers: [EchoGateway], options: { drain: { timeoutMs: 5_000 }, writeTimeoutMs: 5_000 } });
    // Takes no notice of the close frame, so that the app has to wait for it.
    const deaf = connect(node.port, '127.0.0.1');
    deaf.write(requestText('/ws', UPGRADE_HEADERS));
    await once(deaf, 'data');
    const closing = node.app.close();
    await once(deaf, 'data');
    const response = await rawUpgrade(node.port, '/ws');
    expect(response.status).toBe(503);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(response.headers['content-length']).toBe(String(response.body.length));
    expect(JSON.parse(response.body)).toMatchObject({ status: 503 });
    expect((await rawUpgrade(node.port, '/nowhere')).status).toBe(404);
    deaf.destroy();
    await closing;
  });

  it('cuts peers that do not answer the close frame in time', async () => {
    const node = await startNode({ providers: [EchoGateway], options: { drain: { timeoutMs: 50 } } });
    const deaf = connect(node.port, '127.0.0.1');
    deaf.write(requestText('/ws', UPGRADE_HEADERS));
    deaf.on('error', () => undefined);
    await once(deaf, 'data');
    const cut = once(deaf, 'close');
    const polite = await node.connect();
    await polite.settled();
    await node.app.close();
    expect((await polite.closed).code).toBe(1012);
    await cut;
  });

  it('comes before the providers of the app end: their connection hooks still work', async () => {
    @Injectable()
    class Records implements OnModuleDestroy {
      readonly lines: string[] = [];

      async write(line: string): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        this.lines.push(line);
      }

      onModuleDestroy(): void {
        this.lines.push('closed');
      }
    }
    @RpcGateway()
    class RecordingGateway {
      constructor(@Inject(Records) private readonly records: Records) {}

      handleDisconnect(_session: unknown, { code }: SessionEnd): Promise<void> {
        return this.records.write(`left with ${code}`);
      }
    }
    const node = await startNode({ providers: [RecordingGateway, Records] });
    const peers = [await node.connect(), await node.connect()];
    void node.hub.broadcast('farewell');
    await node.app.close();
    expect(node.app.get(Records).lines).toEqual(['left with 1012', 'left with 1012', 'closed']);
    for (const peer of peers) {
      expect((await peer.closed).code).toBe(1012);
      expect(peer.pushes.map(({ method }) => method)).toEqual(['farewell', 'session.shutdown']);
    }
  });

  it('leaves no session behind and can be asked for twice', async () => {
    const node = await startNode({ providers: [EchoGateway] });
    const { hub } = node;
    const peer = await node.connect();
    await peer.settled();
    await Promise.all([node.app.close(), node.app.close()]);
    expect(hub.stats()).toMatchObject({ sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, topics: 0 });
    expect((await peer.closed).code).toBe(1012);
    expect(await hub.broadcast('too late')).toEqual({ reached: 0 });
  });

  it('closes an app in which nobody ever connected', async () => {
    const node = await startNode({ providers: [EchoGateway] });
    await node.app.close();
    expect(node.hub.stats().sessions.open).toBe(0);
  });
});
