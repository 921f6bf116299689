import { resolve } from 'node:path';
import { RealtimeConfigError } from 'nestjs-realtime';
import { DemoConfig, DemoConfigError } from './config/demo-config.js';
import { isWellKnown } from './config/demo-users.js';
import { createDemo } from './create-demo.js';

/** Beside the compiled demo, which every build deletes. */
const SECRET_FILE = resolve(import.meta.dirname, '../../../../demo.jwt-secret');

try {
  const config = DemoConfig.fromEnv(process.env, SECRET_FILE);
  const app = await createDemo(config);
  app.enableShutdownHooks();
  await app.listen(config.port, config.host);
  console.log(greeting(await app.getUrl(), config));
} catch (error) {
  console.error(sentenceFor(error));
  process.exitCode = 1;
}

function greeting(url: string, { host, users }: DemoConfig): string {
  const open = users.filter(isWellKnown).map(({ userId, password }) => `${userId} / ${password}`);
  const lines = [
    `Chat page   ${url}/`,
    `JSON-RPC    ${url.replace(/^http/, 'ws')}/ws`,
    `Health      ${url}/healthz and ${url}/readyz`,
    `Metrics     ${url}/metrics`,
  ];
  if (open.length > 0) lines.push(`Sign in as  ${open.join(' or ')}`);
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (open.length > 0 && !isLocal) lines.push('Whoever can reach this address can sign in so; DEMO_USERS sets other passwords.');
  return ['', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** One sentence for what the operator can mend, everything for what is a bug. */
function sentenceFor(error: unknown): unknown {
  if (error instanceof DemoConfigError || error instanceof RealtimeConfigError) return error.message;
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `Port ${String(port)} at ${String(address)} is taken; choose another one with PORT.`;
  return error;
}
