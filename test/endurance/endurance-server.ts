/** A server with everything switched on, in a process of its own that tells what it holds. Started by `server-process.ts`. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { register } from 'prom-client';
import { AttributeKey, HubService, Public, RealtimeModule, RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { HubStats } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';

/** What a process holds that must not grow with the sessions it has had. */
export interface Holdings {
  /** What keeps the process busy, by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** The JavaScript heap and buffers after a collection, in bytes. */
  readonly heapBytes: number;
  /** Every gauge of the library, by name and labels. */
  readonly gauges: Readonly<Record<string, number>>;
  /** How many time series there are. */
  readonly series: number;
  readonly stats: HubStats;
}

const WAITS = new AttributeKey<boolean>('waits');
const PLENTY = { capacity: 1e6, refillPerSec: 1e6 };

@RpcGateway()
class EnduranceGateway {
  private ended = 0;

  constructor(private readonly hub: HubService) {}

  async handleDisconnect(): Promise<void> {
    await Promise.resolve();
    this.ended++;
  }

  @RpcMethod({ timeoutMs: 60_000 })
  async wait(@RpcContext() { signal, session }: RpcContext): Promise<void> {
    session.attributes.set(WAITS, true);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }

  /** Ends the session that asks. */
  @RpcMethod()
  leave(@RpcContext() { session }: RpcContext): void {
    session.close();
  }

  /** How many sessions have ended. */
  @Public()
  @RpcMethod()
  endings(): number {
    return this.ended;
  }

  @Public()
  @RpcMethod()
  async holdings(): Promise<Holdings> {
    const metrics = await register.getMetricsAsJSON();
    const gauges = metrics.flatMap(({ name, values }) =>
      name.startsWith('realtime_') ? values.map(({ labels, value }): [string, number] => [`${name}${JSON.stringify(labels)}`, value]) : [],
    );
    const isGauge = new Set(metrics.filter(({ type }) => String(type) === 'gauge').map(({ name }) => name));
    const handles: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return {
      handles,
      heapBytes: heapUsed + external,
      gauges: Object.fromEntries(gauges.filter(([name]) => isGauge.has(name.slice(0, name.indexOf('{'))))),
      series: gauges.length,
      stats: this.hub.stats(),
    };
  }
}

@Module({
  imports: [
    RealtimeModule.forRoot({
      isGlobal: true,
      defaultTopicPolicy: 'allow',
      debugStats: true,
      anonymousTimeoutMs: 120_000,
      heartbeat: { pingIntervalMs: 200, pongTimeoutMs: 60_000, idleTimeoutMs: 60_000 },
      limits: { connections: { total: 10_000, perAddress: 10_000, perUser: 10_000 } },
      rate: { session: PLENTY, user: PLENTY, address: PLENTY, strikes: PLENTY },
      auth: { authenticator: (token) => ({ userId: token, platform: 'web' }) },
    }),
    RealtimePrometheusModule.forRoot(),
  ],
  providers: [EnduranceGateway],
})
class EnduranceServerModule {}

const app = await NestFactory.create(EnduranceServerModule, { logger: false });
await app.listen(0, '127.0.0.1');
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
