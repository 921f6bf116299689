import { Controller, Get, Inject } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { RealtimeHealthIndicator, RealtimeHealthModule } from 'nestjs-realtime/terminus';
import type { RealtimeHealthOptions } from 'nestjs-realtime/terminus';
import { eventually } from '../support/eventually.js';
import type { NodeParts, RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';

const servers: readonly (readonly [string, NodeParts])[] = [
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter() }],
];

const healthy = (options?: RealtimeHealthOptions, parts: NodeParts = {}): Promise<RunningNode> =>
  startNode({ ...parts, providers: [MetricsGateway], imports: [RealtimeHealthModule.forRoot(options)] });

async function ask(node: RunningNode, path: string): Promise<{ status: number; caching: string | null; body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${node.port}${path}`);
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, caching: response.headers.get('cache-control'), body };
}

describe.each(servers)('health on %s', (_server, parts) => {
  it('is alive and ready while it runs, with state, uptime and sessions', async () => {
    // What the machine makes of the event loop meanwhile is not what is asked here.
    await using node = await healthy({ maxEventLoopDelayMs: 60_000 }, parts);
    await using peer = await node.connect();
    await peer.settled();
    const facts = { status: 'ok', state: 'running', uptimeMs: expect.any(Number), sessions: 1 };
    expect(await ask(node, '/healthz')).toEqual({
      status: 200,
      caching: 'no-store',
      body: { ...facts, eventLoopDelayMs: expect.any(Number) },
    });
    const details = {
      realtime: { status: 'up', state: 'running', uptimeMs: expect.any(Number) },
      sessions: { status: 'up', sessions: 1 },
      eventLoop: { status: 'up', delayMs: expect.any(Number) },
    };
    expect(await ask(node, '/readyz')).toEqual({ status: 200, caching: 'no-store', body: { ...facts, details } });
  });

  it('is alive and not ready while it drains', async () => {
    await using node = await healthy({}, { ...parts, options: { drain: { timeoutMs: 20_000 } } });
    // A peer that does not answer the close frame keeps the node in that state.
    await using peer = await node.connect();
    peer.socket.pause();
    const stopped = node.app.close();
    await eventually(async () => {
      const { status, body } = await ask(node, '/readyz');
      expect([status, body['state'], body['status']]).toEqual([503, 'draining', expect.stringMatching(/error|shutting_down/)]);
    });
    expect(await ask(node, '/healthz')).toMatchObject({ status: 200, body: { status: 'ok', state: 'draining', sessions: 0 } });
    peer.socket.terminate();
    await stopped;
  });
});

describe('health', () => {
  it('is lost for new clients while the event loop is later than the threshold', async () => {
    await using node = await healthy({ maxEventLoopDelayMs: 1_000 });
    expect((await ask(node, '/readyz')).status).toBe(200);
    const { status, body } = await eventually(async () => {
      const until = performance.now() + 1_500;
      while (performance.now() < until);
      const answer = await ask(node, '/readyz');
      expect(answer.status).toBe(503);
      return answer;
    });
    expect([status, body['details']]).toEqual([
      503,
      expect.objectContaining({ eventLoop: { status: 'down', delayMs: expect.any(Number), maxDelayMs: 1_000 } }),
    ]);
    expect((await ask(node, '/healthz')).status).toBe(200);
  });

  it('is served elsewhere, or not at all', async () => {
    await using node = await healthy({ livenessPath: '/live', readinessPath: false });
    expect((await ask(node, '/live')).status).toBe(200);
    expect((await ask(node, '/readyz')).status).toBe(404);
    expect((await ask(node, '/healthz')).status).toBe(404);
  });

  it('can be part of a check of the app', async () => {
    @Controller('health')
    class HealthController {
      constructor(
        @Inject(HealthCheckService) private readonly checks: HealthCheckService,
        @Inject(RealtimeHealthIndicator) private readonly realtime: RealtimeHealthIndicator,
      ) {}

      @Get()
      check(): Promise<HealthCheckResult> {
        return this.checks.check([() => this.realtime.takesSessions('node'), () => this.realtime.hasRoom('room')]);
      }
    }
    const imports = [TerminusModule, RealtimeHealthModule.forRoot({ livenessPath: false, readinessPath: false })];
    await using node = await startNode({ imports, controllers: [HealthController] });
    expect((await ask(node, '/health')).body).toMatchObject({
      status: 'ok',
      details: { node: { status: 'up', state: 'running' }, room: { status: 'up', sessions: 0 } },
    });
  });

  it('says what it needs, and what is wrong', async () => {
    const starting = NestFactory.createApplicationContext(RealtimeHealthModule.forRoot(), { logger: false, abortOnError: false });
    await expect(starting).rejects.toThrow('RealtimeHealthModule needs RealtimeModule.forRoot() in the same app');
    const wrong = [{ livenessPath: '' }, { readinessPath: true }, { maxEventLoopDelayMs: -1 }, { paths: [] }] as never[];
    for (const options of wrong) expect(() => RealtimeHealthModule.forRoot(options)).toThrow(TypeError);
  });
});
