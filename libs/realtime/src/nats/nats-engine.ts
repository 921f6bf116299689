/** NATS as the broker of a cluster. */
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import type { BusListener, ClusterEngine, EngineConnection } from '../cluster/cluster-engine.js';
import type { ClusterSettings } from '../cluster/cluster-settings.js';
import { checkEngine } from '../cluster/cluster-settings.js';
import { NatsBus } from './nats-bus.js';
import { NatsDirectory } from './nats-directory.js';
import { NatsLeases } from './nats-leases.js';

export interface NatsEngineOptions extends ClusterSettings {
  /**
   * A connection of `@nats-io/transport-node` 3 to a server of 2.11 or later with JetStream; it stays the team's to close. It must go on trying for ever
   * (`maxReconnectAttempts: -1`) and should notice a dead server soon (`pingInterval: 2_000`, `maxPingOut: 2`).
   */
  readonly connection: NatsConnection;
  /** Begins every subject and the name of every stream: apps that share a NATS and must not hear each other have different ones. @default 'realtime' */
  readonly prefix?: string;
}

const MIN_VERSION = [2, 11] as const;
const MAX_PREFIX = 50;

const connectionFault = (value: unknown): string | undefined => {
  const connection = value as Partial<NatsConnection> | null | undefined;
  if (typeof connection?.publish !== 'function' || typeof connection.status !== 'function')
    return 'must be a connection of @nats-io/transport-node';
  const { maxReconnectAttempts = 10 } = optionsOf(connection);
  return maxReconnectAttempts === -1
    ? undefined
    : 'must be made with maxReconnectAttempts: -1: else it ends for good after some seconds without a server';
};

const prefixFault = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w-]+(?:\.[\w-]+)*$/u.test(value) && value.length <= MAX_PREFIX
    ? undefined
    : `must be at most ${MAX_PREFIX} letters, digits, _ and -, with single dots between them`;

/** @throws {RealtimeConfigError} that names every wrong option */
export function natsEngine(options: NatsEngineOptions): ClusterEngine {
  const { connection, prefix = 'realtime', ...settings } = options;
  checkEngine(
    { ...options, connection: (connection as NatsConnection | undefined) ?? null },
    { connection: connectionFault, prefix: prefixFault },
    'natsEngine',
  );
  return {
    name: 'nats',
    settings,
    scope: prefix,
    connect: (listener) => connect(connection, prefix, listener),
  };
}

async function connect(connection: NatsConnection, prefix: string, listener: BusListener): Promise<EngineConnection> {
  if (connection.isClosed()) throw new Error('The connection to NATS has been closed');
  const version = connection.info?.version ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (!(major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])))
    throw new Error(`NATS must be ${MIN_VERSION.join('.')} or later, got ${version}`);
  const streams = prefix.replaceAll('.', '_');
  let leases: NatsLeases;
  let directory: NatsDirectory;
  try {
    leases = await NatsLeases.open(connection, `${streams}_1_nodes`, `${prefix}.1.nodes.`);
    directory = await NatsDirectory.open(connection, leases, `${streams}_1_users`, `${prefix}.1.users.`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`NATS must have JetStream, which keeps the roster and the directory: ${reason}`, { cause });
  }
  const logger = new Logger('RealtimeModule');
  const bus = new NatsBus(connection, `${prefix}.1.`, listener, (fault) =>
    logger.error(`NATS: ${fault instanceof Error ? fault.message : String(fault)}`),
  );
  return { bus, leases, directory, close: () => bus.close() };
}

/** What the connection was made with: it keeps it, its type does not say so. */
function optionsOf(connection: Partial<NatsConnection>): { readonly maxReconnectAttempts?: number } {
  return (connection as { options?: { maxReconnectAttempts?: number } }).options ?? {};
}
