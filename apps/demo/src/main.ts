import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DemoConfig, DemoConfigError } from './config/demo-config.js';
import { DemoModule } from './demo.module.js';

try {
  const config = DemoConfig.fromEnv(process.env);
  const app = await NestFactory.create<NestExpressApplication>(DemoModule.with(config), { abortOnError: false });
  app.disable('x-powered-by');
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  console.log(`\n  Chat page   ${url}/\n  JSON-RPC    ${url.replace(/^http/, 'ws')}/ws\n  Sign in as  test / 123456 or admin / 123456\n`);
} catch (error) {
  console.error(sentenceFor(error));
  process.exitCode = 1;
}

/** One sentence for what the operator can mend, everything for what is a bug. */
function sentenceFor(error: unknown): unknown {
  if (error instanceof DemoConfigError) return error.message;
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `Port ${String(port)} at ${String(address)} is taken; choose another one with PORT.`;
  return error;
}
