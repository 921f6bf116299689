import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DemoConfig } from './demo-config.js';

/** Makes the settings injectable everywhere. */
@Module({})
export class ConfigModule {
  static with(config: DemoConfig): DynamicModule {
    return { module: ConfigModule, global: true, providers: [{ provide: DemoConfig, useValue: config }], exports: [DemoConfig] };
  }
}
