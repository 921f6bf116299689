/** The engine's own connections: they wait for nothing without end, send nothing twice, and come back by themselves. */
import type { Redis, RedisOptions } from 'ioredis';

/** How long an answer may take, in ms: then nobody knows whether the command ran. */
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MIN_VERSION = 7;

/**
 * The client's own defaults would send a command again whose answer was lost, keep what is sent while there is no connection, and try twenty times:
 * a push would come twice, or minutes late.
 */
const OWN: RedisOptions & { readonly disconnectTimeout: number } = {
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  // A peer that does not answer our goodbye is let go: this is how a dead connection is left.
  disconnectTimeout: 100,
  enableAutoPipelining: false,
  enableOfflineQueue: false,
  keyPrefix: '',
  lazyConnect: true,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000) * (0.5 + Math.random() / 2),
};

/** @throws {Error} that says where there is no Redis */
export async function openConnection(client: Redis, job: string): Promise<Redis> {
  const connection = client.duplicate<RedisOptions>({ ...OWN, connectionName: `nestjs-realtime:${job}` });
  let lastFault: Error | undefined;
  // Without a listener the client prints each failed attempt; the bus tells of the connection as a whole.
  connection.on('error', (fault: Error) => (lastFault = fault));
  try {
    await connection.connect();
  } catch (fault) {
    connection.disconnect();
    // What the client throws says only that there is no connection.
    const { message } = lastFault ?? (fault as Error);
    throw new Error(`Redis cannot be reached: ${message}`, { cause: fault });
  }
  return connection;
}

/** @throws {Error} if the server is older than what the engine needs */
export async function checkServer(connection: Redis): Promise<void> {
  const info = String(await connection.info('server'));
  const version = /^redis_version:(\S+)/mu.exec(info)?.[1] ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= MIN_VERSION)) throw new Error(`Redis must be ${MIN_VERSION}.0 or later, got ${version}`);
}
