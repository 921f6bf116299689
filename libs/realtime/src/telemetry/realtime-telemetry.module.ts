/** Spans of OpenTelemetry for calls. The app sets its SDK up as for everything else; without one, nothing is recorded. */
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Tracer } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';
import type { WatcherRules } from '../observe/watcher-options.js';
import { TRUE_OR_FALSE, checkedOptions } from '../observe/watcher-options.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import { callSpans } from './call-spans.js';

export interface RealtimeTelemetryOptions {
  /** Makes the spans. @default the global provider's tracer `nestjs-realtime` */
  readonly tracer?: Tracer;
  /**
   * True: a span continues the trace that the peer names. False, for peers that nobody knows: it begins a trace of its own with a link
   * to the peer's, so that peers cannot decide what is sampled. @default true
   */
  readonly trustPeers?: boolean;
}

const RULES: WatcherRules<RealtimeTelemetryOptions> = {
  tracer: {
    isRight: (value) => typeof value === 'object' && value !== null && 'startSpan' in value && typeof value.startSpan === 'function',
    must: 'must be a tracer of OpenTelemetry',
  },
  trustPeers: TRUE_OR_FALSE,
};

const OPTIONS = Symbol('nestjs-realtime:telemetry-options');

/** Beside `RealtimeModule`. */
@Module({})
export class RealtimeTelemetryModule implements OnModuleInit {
  /** @throws {TypeError} if an option is wrong */
  static forRoot(options: RealtimeTelemetryOptions = {}): DynamicModule {
    const checked = checkedOptions('RealtimeTelemetryModule', options, RULES);
    return { module: RealtimeTelemetryModule, providers: [{ provide: OPTIONS, useValue: checked }] };
  }

  constructor(
    @Inject(OPTIONS) private readonly options: RealtimeTelemetryOptions,
    @Inject(ModuleRef) private readonly nest: ModuleRef,
  ) {}

  /** @throws {Error} if the app has no `RealtimeModule` */
  // Before RealtimeModule looks for methods, which it does when the app bootstraps.
  onModuleInit(): void {
    const { tracer, trustPeers = true } = this.options;
    // Asked for with each call, so that a provider that is registered late is found.
    this.wraps().add(callSpans(() => tracer ?? trace.getTracer('nestjs-realtime'), trustPeers));
  }

  private wraps(): HandlerWraps {
    try {
      return this.nest.get(HandlerWraps, { strict: false });
    } catch (cause) {
      throw new Error('RealtimeTelemetryModule needs RealtimeModule.forRoot() in the same app', { cause });
    }
  }
}
