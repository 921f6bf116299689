/** `/healthz` and `/readyz`, ready-made. */
import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HEALTH_OPTIONS, livenessController, readinessController } from './health.controllers.js';
import type { RealtimeHealthOptions } from './health-options.js';
import { resolveHealthOptions } from './health-options.js';
import { RealtimeHealthIndicator } from './realtime-health-indicator.js';

@Module({})
export class RealtimeHealthModule {
  /**
   * Beside `RealtimeModule`. Exports the indicator for controllers of the app's own, with both paths false if they are all.
   * @throws {TypeError} if an option is wrong
   */
  static forRoot(options: RealtimeHealthOptions = {}): DynamicModule {
    const resolved = resolveHealthOptions(options);
    const { livenessPath, readinessPath, decorators } = resolved;
    const controllers: Type[] = [];
    if (livenessPath !== false) controllers.push(livenessController(livenessPath, decorators));
    if (readinessPath !== false) controllers.push(readinessController(readinessPath, decorators));
    return {
      module: RealtimeHealthModule,
      // Without a logger: that a node is not ready is an answer, asked for every few seconds while it drains.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers,
      providers: [{ provide: HEALTH_OPTIONS, useValue: resolved }, RealtimeHealthIndicator],
      exports: [RealtimeHealthIndicator],
    };
  }
}
