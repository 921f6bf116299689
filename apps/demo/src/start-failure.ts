/** Why the demo could not start: one sentence for what the operator can mend, everything for what is a bug. */
import { ClusterStartError, RealtimeConfigError } from 'nestjs-realtime';
import type { DemoConfig } from './config/demo-config.js';
import { DemoConfigError } from './config/demo-config.js';

/** What Node says of an address that nobody can listen on. */
interface ListenError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
}

/** @param settings undefined if it did not come so far */
export function startFailure(error: unknown, settings?: Pick<DemoConfig, 'host' | 'realtime'>): unknown {
  if (error instanceof DemoConfigError || error instanceof RealtimeConfigError || error instanceof ClusterStartError) return error.message;
  const { code, syscall, address, port, hostname } = (error ?? {}) as ListenError;
  const { host, port: ownPort } = settings?.realtime ?? {};
  const isOwnHost = host !== undefined && host !== settings?.host && (host === address || host === hostname);
  const hostVariable = isOwnHost ? 'REALTIME_HOST' : 'HOST';
  const portVariable = ownPort !== undefined && port === ownPort ? 'REALTIME_PORT' : 'PORT';
  if (syscall === 'getaddrinfo')
    return `The host name ${String(hostname)} has no address (${String(code)}); choose another one with ${hostVariable}.`;
  if (syscall !== 'listen') return error;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${String(port)} at ${String(address)} is taken; choose another one with ${portVariable}.`;
    case 'EACCES':
      return `Port ${String(port)} at ${String(address)} is not open to this user; choose another one, above 1023, with ${portVariable}.`;
    default:
      // Most often EADDRNOTAVAIL.
      return `This machine cannot listen on the address ${String(address)} (${String(code)}); choose another one with ${hostVariable}.`;
  }
}
