/** The metrics of this node for Prometheus, in the registry that `@willsoto/nestjs-prometheus` serves. */
import { Controller, Get, Inject, Module, Res } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, OnModuleInit, Provider, Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { PrometheusModule, getToken, makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { collectDefaultMetrics, register } from 'prom-client';
import { NodeCounters } from '../observe/node-counters.js';
import { NodeStatus } from '../observe/node-status.js';
import { Observers } from '../observe/observers.js';
import { serveAt } from '../observe/operators-route.js';
import type { OperatorsReply } from '../observe/operators-route.js';
import { collectCounter, collectGauge } from './metric-feeds.js';
import { METRICS, METRIC_NAMES } from './metric-table.js';
import type { MetricName, MetricRow } from './metric-table.js';
import type { NodeMetrics } from './node-metrics.js';
import { watchNode } from './node-metrics.js';
import type { RealtimePrometheusOptions } from './prometheus-options.js';
import { resolvePrometheusOptions } from './prometheus-options.js';

const OPTIONS = Symbol('nestjs-realtime:prometheus-options');
const NODE_METRICS = Symbol('nestjs-realtime:node-metrics');
const ENDPOINT = Symbol('nestjs-realtime:metrics-endpoint');

/** Beside `RealtimeModule`. Serves `/metrics` itself, unless the app imports a `PrometheusModule`, whose endpoint then has them too. */
@Module({})
export class RealtimePrometheusModule implements OnModuleInit, OnApplicationShutdown {
  private end: (() => void) | undefined;

  /** @throws {TypeError} if an option is wrong */
  static forRoot(options: RealtimePrometheusOptions = {}): DynamicModule {
    const resolved = resolvePrometheusOptions(options);
    const tokens = METRIC_NAMES.map((name) => getToken(`${resolved.namespace}_${name}`));
    class RealtimeMetricsController {
      @Get()
      async index(@Res() reply: OperatorsReply): Promise<void> {
        reply.header('Content-Type', register.contentType).send(await register.metrics());
      }
    }
    serveAt(resolved.path === false ? [] : resolved.path, resolved.decorators, RealtimeMetricsController);
    return {
      module: RealtimePrometheusModule,
      global: resolved.isGlobal,
      controllers: [RealtimeMetricsController],
      providers: [
        { provide: OPTIONS, useValue: resolved },
        { provide: ENDPOINT, useValue: RealtimeMetricsController },
        ...METRIC_NAMES.map((name) => metricProvider(name, resolved)),
        {
          provide: NODE_METRICS,
          inject: tokens,
          useFactory: (...metrics: unknown[]) => Object.fromEntries(METRIC_NAMES.map((name, index) => [name, metrics[index]])),
        },
      ],
      exports: tokens,
    };
  }

  constructor(
    @Inject(OPTIONS) private readonly options: Required<RealtimePrometheusOptions>,
    @Inject(NODE_METRICS) private readonly metrics: NodeMetrics,
    @Inject(ModuleRef) private readonly nest: ModuleRef,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ENDPOINT) endpoint: Type,
  ) {
    // Routes are made after the modules. Two of the same path would stop a Fastify app, and both would serve the same registry.
    if ([...modules.values()].some(({ metatype }) => metatype === PrometheusModule)) Controller([])(endpoint);
  }

  /** @throws {Error} if the app has no `RealtimeModule` */
  onModuleInit(): void {
    // Not earlier: a PrometheusModule of the app that collects them must find that nobody else does.
    if (this.options.defaultMetrics && !register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
    // Nest calls the hook again for each microservice of a hybrid app with `deferInitialization`.
    this.end ??= watchNode(this.metrics, {
      counters: this.find(NodeCounters),
      status: this.find(NodeStatus),
      observers: this.find(Observers),
    });
  }

  onApplicationShutdown(): void {
    this.end?.();
    this.end = undefined;
  }

  /** Wherever RealtimeModule is imported: it need not be global for its metrics. */
  private find<T>(token: abstract new (...args: never[]) => T): T {
    try {
      return this.nest.get<T>(token, { strict: false });
    } catch (cause) {
      throw new Error('RealtimePrometheusModule needs RealtimeModule.forRoot() in the same app', { cause });
    }
  }
}

function metricProvider(name: MetricName, { namespace, latencyBuckets, broadcastBuckets }: Required<RealtimePrometheusOptions>): Provider {
  const { type, help, labels = [] }: MetricRow = METRICS[name];
  const about = { name: `${namespace}_${name}`, help, labelNames: [...labels] };
  switch (type) {
    case 'counter':
      return makeCounterProvider({ ...about, collect: collectCounter });
    case 'gauge':
      return makeGaugeProvider({ ...about, collect: collectGauge });
    case 'histogram':
      return makeHistogramProvider({ ...about, buckets: [...(name === 'broadcast_duration_seconds' ? broadcastBuckets : latencyBuckets)] });
  }
}
