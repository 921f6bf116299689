/** The server of the benchmark app, as its clients see it (contract, section 6). */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BenchModule } from '../../apps/bench/src/bench.module.js';
import { RpcPeer } from '../support/rpc-peer.js';

describe('the benchmark server', () => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create(BenchModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    url = `ws://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/ws`;
  });

  afterAll(() => app.close());

  it('returns the params of an echo', async () => {
    await using peer = await RpcPeer.connect(url);
    expect(await peer.result('echo', { text: 'hello', list: [1, null] })).toEqual({ text: 'hello', list: [1, null] });
  });

  it('pushes as many as were ordered, numbered and padded, under the name of the topic', async () => {
    await using peer = await RpcPeer.connect(url);
    await using publisher = await RpcPeer.connect(url);
    await peer.result('subscribe', { topics: ['news'] });
    expect(await publisher.result('bench.publish', { topic: 'news', count: 3, size: 5 })).toBe(3);
    await peer.settled();
    expect(peer.pushes).toEqual([0, 1, 2].map((seq) => ({ jsonrpc: '2.0', method: 'news', params: { seq, pad: 'xxxxx' }, topic: 'news' })));
    expect(publisher.pushes).toEqual([]);
  });

  it('takes bursts, calls and batches far beyond the limits of an ordinary app', async () => {
    await using peer = await RpcPeer.connect(url);
    await peer.result('subscribe', { topics: ['flood', ...Array.from({ length: 500 }, (_, index) => `topic:${index}`)] });
    expect(await peer.result('bench.publish', { topic: 'flood', count: 3000, size: 1000 })).toBe(3000);
    await peer.settled();
    expect(peer.pushes).toHaveLength(3000);
    peer.send(Array.from({ length: 200 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'echo', params: [id] })));
    await peer.settled();
    expect(JSON.parse(peer.frames.at(-2) ?? '')).toHaveLength(200);
  });

  it('tells its memory, its CPU time and how many sessions it has', async () => {
    await using peer = await RpcPeer.connect(url);
    await using other = await RpcPeer.connect(url);
    await other.settled();
    const stats = (await peer.result('bench.stats')) as Record<string, number>;
    expect(Object.keys(stats).sort()).toEqual(['cpuSystem', 'cpuUser', 'rss', 'sessions']);
    expect(stats['rss']).toBeGreaterThan(1_000_000);
    expect(stats['cpuUser']).toBeGreaterThan(0);
    expect(stats['sessions']).toBeGreaterThanOrEqual(2);
  });

  it('refuses an order that makes no sense', async () => {
    await using peer = await RpcPeer.connect(url);
    expect((await peer.request('bench.publish', { topic: 'news', count: -1, size: 1 })).error?.code).toBe(-32602);
  });
});
