/** The metrics beside what an app has already, and with what it asks for. */
import { Injectable } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { InjectMetric, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { RealtimeHealthModule } from 'nestjs-realtime/terminus';
import { NestFactory } from '@nestjs/core';
import type { Counter } from 'prom-client';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';
import { Scrape } from './scrape.js';

const servers = [
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter() }],
] as const;

describe.each(servers)('RealtimePrometheusModule on %s', (_server, parts) => {
  it('serves /metrics by itself', async () => {
    await using node = await startNode({ ...parts, imports: [RealtimePrometheusModule.forRoot({ namespace: 'alone' })] });
    expect((await Scrape.of(node)).value('alone_connections_total')).toBe(0);
  });

  it('leaves /metrics to the PrometheusModule that the app has, whichever comes first', async () => {
    const theirs = (): unknown => PrometheusModule.register({ defaultMetrics: { enabled: false } });
    const ours = (): unknown => RealtimePrometheusModule.forRoot({ namespace: 'beside' });
    for (const imports of [
      [theirs(), ours()],
      [ours(), theirs()],
    ] as never[]) {
      await using node = await startNode({ ...parts, imports });
      expect((await Scrape.of(node)).value('beside_drain_state')).toBe(0);
    }
  });

  it('serves another path, or none', async () => {
    const imports = [RealtimePrometheusModule.forRoot({ namespace: 'elsewhere', path: '/internal/metrics' })];
    await using node = await startNode({ ...parts, imports });
    expect((await Scrape.of(node, '/internal/metrics')).value('elsewhere_drain_state')).toBe(0);
    expect((await fetch(`http://127.0.0.1:${node.port}/metrics`)).status).toBe(404);
    await using silent = await startNode({ ...parts, imports: [RealtimePrometheusModule.forRoot({ namespace: 'silent', path: false })] });
    expect((await fetch(`http://127.0.0.1:${silent.port}/metrics`)).status).toBe(404);
  });

  it('follows the global prefix of the app, as health does, unless it is excluded', async () => {
    const imports = [RealtimePrometheusModule.forRoot({ namespace: 'prefixed' }), RealtimeHealthModule.forRoot()];
    const paths = ['/metrics', '/healthz', '/readyz'];
    const served = async (exclude: string[], prefix: string): Promise<unknown[]> => {
      await using node = await startNode({ ...parts, imports, configure: (app) => app.setGlobalPrefix('api', { exclude }) });
      await using peer = await node.connect();
      await peer.settled();
      return await Promise.all(paths.map(async (path) => (await fetch(`http://127.0.0.1:${node.port}${prefix}${path}`)).status !== 404));
    };
    expect([await served([], '/api'), await served([], '')]).toEqual([
      [true, true, true],
      [false, false, false],
    ]);
    expect(await served(['metrics', 'healthz', 'readyz'], '')).toEqual([true, true, true]);
  });
});

describe('RealtimePrometheusModule', () => {
  it('adds up several nodes of one process, and forgets the gauges of one that has stopped', async () => {
    const module = (): unknown => RealtimePrometheusModule.forRoot({ namespace: 'several' });
    const parts = (): object => ({ providers: [MetricsGateway], imports: [module()] });
    await using first = await startNode(parts());
    await using a = await first.connect();
    await a.result('echo');
    {
      await using second = await startNode(parts());
      await using b = await second.connect();
      await b.result('echo');
      expect((await Scrape.of(first)).value('several_connections_current')).toBe(2);
    }
    const scrape = await Scrape.of(first);
    expect(scrape.value('several_connections_current')).toBe(1);
    expect(scrape.value('several_connections_total')).toBe(2);
    expect(scrape.value('several_messages_received_total')).toBe(2);
  });

  it('hands its metrics out to @InjectMetric()', async () => {
    @Injectable()
    class Reader {
      constructor(@InjectMetric('handed_connections_total') readonly counter: Counter) {}
    }
    const imports = [RealtimePrometheusModule.forRoot({ namespace: 'handed', isGlobal: true })];
    await using node = await startNode({ imports, providers: [Reader] });
    await using peer = await node.connect();
    await peer.settled();
    expect((await node.app.get(Reader).counter.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('says what it needs', async () => {
    const starting = NestFactory.createApplicationContext(RealtimePrometheusModule.forRoot({ namespace: 'lonely' }), {
      logger: false,
      abortOnError: false,
    });
    await expect(starting).rejects.toThrow('RealtimePrometheusModule needs RealtimeModule.forRoot() in the same app');
  });
});
