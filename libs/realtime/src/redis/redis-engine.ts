/** Redis as the broker of a cluster. */
import type { Redis } from 'ioredis';
import type { BusListener, ClusterEngine, EngineConnection } from '../cluster/cluster-engine.js';
import type { ClusterSettings } from '../cluster/cluster-settings.js';
import { checkEngine, clusterName } from '../cluster/cluster-settings.js';
import { RedisBus } from './redis-bus.js';
import { RedisDirectory } from './redis-directory.js';
import { RedisLeases } from './redis-leases.js';
import { checkServer, openConnection } from './redis-connections.js';

export interface RedisEngineOptions extends ClusterSettings {
  /**
   * A client of `ioredis` 6, of a single server or behind Sentinel (then with `failoverDetector: true`). It says where Redis is and how to sign in. The engine
   * opens two connections of its own beside it, with settings that lose nothing in silence and send nothing twice, and closes those; the client stays the team's to close.
   */
  readonly client: Redis;
  /** Begins the name of every key and channel: apps that share a Redis and must not hear each other have different ones. @default 'realtime' */
  readonly prefix?: string;
}

const clientFault = (value: unknown): string | undefined => {
  const client = value as Partial<Redis> | null | undefined;
  if (typeof client?.duplicate !== 'function') return 'must be a client of ioredis';
  if (client.isCluster === true) return 'must not be a Redis Cluster: give the client of one server, or one behind Sentinel';
  if (client.options?.sentinels && client.options.failoverDetector !== true)
    return 'must have failoverDetector: true where it has sentinels: without it a master that froze is never left';
  return undefined;
};

/** @throws {RealtimeConfigError} that names every wrong option */
export function redisEngine(options: RedisEngineOptions): ClusterEngine {
  const { client, prefix = 'realtime', ...settings } = options;
  // Left out counts as wrong here.
  const given = { ...options, client: (client as Redis | undefined) ?? null };
  checkEngine(given, { client: clientFault, prefix: clusterName }, 'redisEngine');
  return {
    name: 'redis',
    settings,
    scope: prefix,
    connect: (listener) => connect(client, prefix, listener),
  };
}

async function connect(client: Redis, prefix: string, listener: BusListener): Promise<EngineConnection> {
  const commands = await openConnection(client, 'commands');
  // Channels are the same for all databases of a server.
  const { db } = commands.options;
  const space = db ? `${prefix}:1:db${db}:` : `${prefix}:1:`;
  try {
    await checkServer(commands);
    const subscriber = await openConnection(client, 'subscriber');
    const nodes = `${space}nodes`;
    const bus = new RedisBus(commands, subscriber, space, listener);
    return {
      bus,
      leases: new RedisLeases(commands, nodes),
      directory: new RedisDirectory(commands, nodes, `${space}u:`),
      close: async () => {
        bus.close();
        commands.disconnect();
        subscriber.disconnect();
      },
    };
  } catch (fault) {
    commands.disconnect();
    throw fault;
  }
}
