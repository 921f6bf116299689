import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DemoConfig, DemoConfigError } from './config/demo-config.js';
import { isWellKnown } from './config/demo-users.js';
import { DemoModule } from './demo.module.js';

try {
  const config = DemoConfig.fromEnv(process.env);
  const app = await NestFactory.create<NestExpressApplication>(DemoModule.with(config), { abortOnError: false });
  app.disable('x-powered-by');
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  console.log(greeting(await app.getUrl(), config));
} catch (error) {
  console.error(sentenceFor(error));
  process.exitCode = 1;
}

function greeting(url: string, { host, users }: DemoConfig): string {
  const open = users.filter(isWellKnown).map(({ userId, password }) => `${userId} / ${password}`);
  const lines = [`Chat page   ${url}/`, `JSON-RPC    ${url.replace(/^http/, 'ws')}/ws`];
  if (open.length > 0) lines.push(`Sign in as  ${open.join(' or ')}`);
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (open.length > 0 && !isLocal) lines.push('Whoever can reach this address can sign in so; DEMO_USERS sets other passwords.');
  return ['', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** One sentence for what the operator can mend, everything for what is a bug. */
function sentenceFor(error: unknown): unknown {
  if (error instanceof DemoConfigError) return error.message;
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `Port ${String(port)} at ${String(address)} is taken; choose another one with PORT.`;
  return error;
}
