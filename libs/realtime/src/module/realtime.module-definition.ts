/** `forRoot` and `forRootAsync`, as Nest builds them. */
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { RealtimeOptions } from '../options/realtime.options.js';

/** The options with their defaults, inside the module. */
export const RESOLVED_OPTIONS = Symbol('nestjs-realtime:options');

export interface RealtimeModuleExtras {
  /** Makes the exports of the module known to all modules of the app. @default false */
  readonly isGlobal?: boolean;
}

/** What `forRootAsync({ useClass })` and `useExisting` name. */
export interface RealtimeOptionsFactory {
  createRealtimeOptions(): RealtimeOptions | Promise<RealtimeOptions>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<RealtimeOptions>({ moduleName: 'Realtime' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createRealtimeOptions')
    .setExtras<RealtimeModuleExtras>({ isGlobal: false }, (definition, extras) => ({ ...definition, global: extras.isGlobal ?? false }))
    .build();
