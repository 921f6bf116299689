/** Puts the app together, over HTTP or HTTPS; whoever calls says where it listens. */
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { DemoConfig } from './config/demo-config.js';
import { openBroker } from './config/pubsub.js';
import { DemoModule } from './demo.module.js';

/** @param settings Nest's own, as `{ logger: false }` @throws {RealtimeConfigError} if options do not fit together */
export async function createDemo(config: DemoConfig, settings: { readonly logger?: false } = {}): Promise<NestExpressApplication> {
  const httpsOptions = config.tls && { cert: config.tls.cert, key: config.tls.key };
  const broker = config.pubsub && (await openBroker(config.pubsub));
  try {
    const app = await NestFactory.create<NestExpressApplication>(DemoModule.with(config, broker), {
      ...settings,
      abortOnError: false,
      ...(httpsOptions ? { httpsOptions } : {}),
    });
    app.disable('x-powered-by');
    return app;
  } catch (fault) {
    await broker?.close();
    throw fault;
  }
}
