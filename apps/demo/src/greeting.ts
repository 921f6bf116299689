/** What the demo says when it has started: where everything is, and who can sign in. */
import type { RpcEndpoint } from 'nestjs-realtime';
import type { DemoConfig } from './config/demo-config.js';
import { isWellKnown } from './config/demo-users.js';

/**
 * @param url where the page is, without a slash at the end
 * @param endpoint where sessions open
 */
export function greeting(url: string, endpoint: RpcEndpoint, { host, users, realtime }: DemoConfig): string {
  const open = users.filter(isWellKnown).map(({ userId, password }) => `${userId} / ${password}`);
  const lines = [
    `Chat page   ${url}/`,
    `JSON-RPC    ${socketUrl(url, endpoint, realtime.host ?? host)}`,
    `Health      ${url}/healthz and ${url}/readyz`,
    `Metrics     ${url}/metrics`,
  ];
  if (open.length > 0) lines.push(`Sign in as  ${open.join(' or ')}`);
  const isLocal = isLoopback(host) && isLoopback(realtime.host ?? host);
  if (open.length > 0 && !isLocal) lines.push('Whoever can reach this address can sign in so; DEMO_USERS sets other passwords.');
  return ['', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** @param host where a port of its own listens */
function socketUrl(url: string, { pattern, port }: RpcEndpoint, host: string): string {
  const { protocol, hostname, host: pageHost } = new URL(url);
  // Whoever listens everywhere listens where the page is, too.
  const name = host === '0.0.0.0' || host === '::' ? hostname : host.includes(':') ? `[${host}]` : host;
  return `${protocol.replace(/^http/, 'ws')}//${port === 0 ? pageHost : `${name}:${port}`}${pattern.text}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
