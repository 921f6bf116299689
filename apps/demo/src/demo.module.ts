import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticatedGuard, RealtimeModule } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { RealtimeHealthModule } from 'nestjs-realtime/terminus';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BasicsModule } from './basics/basics.module.js';
import { ChatModule } from './chat/chat.module.js';
import { ConfigModule } from './config/config.module.js';
import { BrokerEnd } from './config/broker-end.js';
import type { DemoConfig } from './config/demo-config.js';
import type { OpenBroker } from './config/pubsub.js';
import { PageModule } from './page/page.module.js';

@Module({
  // For operators: /metrics, /healthz and /readyz.
  imports: [
    PageModule,
    AuthModule,
    BasicsModule,
    ChatModule,
    AdminModule,
    RealtimePrometheusModule.forRoot(),
    RealtimeHealthModule.forRoot(),
  ],
  // Every method needs a signed-in session unless it is @Public().
  providers: [{ provide: APP_GUARD, useExisting: AuthenticatedGuard }],
})
export class DemoModule {
  /** @param broker of the cluster; undefined for a node that is alone */
  static with(config: DemoConfig, broker?: OpenBroker): DynamicModule {
    return {
      module: DemoModule,
      imports: [
        ConfigModule.with(config),
        // `echo` takes whatever comes.
        RealtimeModule.forRoot({
          ...config.realtime,
          validation: { warnUntyped: false },
          topics: { 'room:*': { presence: { graceMs: 5_000 } } },
          isGlobal: true,
          ...(broker ? { cluster: broker.engine } : {}),
        }),
      ],
      providers: [{ provide: BrokerEnd, useValue: new BrokerEnd(broker) }],
    };
  }
}
