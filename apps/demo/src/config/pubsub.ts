/** Many nodes of the demo as one: over Redis or NATS, as the environment says. */
import type { NatsConnection } from '@nats-io/transport-node';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { ClusterEngine } from 'nestjs-realtime';
import { ClusterStartError } from 'nestjs-realtime';
import { natsEngine } from 'nestjs-realtime/nats';
import { redisEngine } from 'nestjs-realtime/redis';

type Environment = Readonly<Record<string, string | undefined>>;

const ADAPTERS = ['local', 'redis', 'nats'] as const;

export interface PubSubSettings {
  readonly adapter: 'redis' | 'nats';
  readonly url: string;
  /** Begins all names at the broker. */
  readonly prefix: string;
  readonly nodeId: string | undefined;
}

/** A broker that the demo is connected to. */
export interface OpenBroker {
  readonly engine: ClusterEngine;
  close(): Promise<void>;
}

/**
 * `WS_PUBSUB_ENABLED`, `WS_PUBSUB_ADAPTER` (local), `WS_REDIS_URL`, `WS_NATS_URL`, `WS_PUBSUB_CHANNEL` (websocket.broadcast), `WS_NODE_ID`.
 * @returns no settings for a node that is alone
 */
export function readPubSub(env: Environment): { readonly pubsub: PubSubSettings | undefined; readonly faults: readonly string[] } {
  const adapter = env.WS_PUBSUB_ADAPTER || 'local';
  const enabled = env.WS_PUBSUB_ENABLED || 'true';
  const faults: string[] = [];
  if (!(ADAPTERS as readonly string[]).includes(adapter))
    faults.push(`WS_PUBSUB_ADAPTER must be one of ${ADAPTERS.join(', ')}, got ${JSON.stringify(adapter)}`);
  if (!/^(?:true|false|1|0)$/i.test(enabled)) faults.push(`WS_PUBSUB_ENABLED must be true or false, got ${JSON.stringify(enabled)}`);
  if (faults.length > 0 || adapter === 'local' || /^(?:false|0)$/i.test(enabled)) return { pubsub: undefined, faults };
  const isRedis = adapter === 'redis';
  const [variable, url] = isRedis
    ? ['WS_REDIS_URL', env.WS_REDIS_URL || 'redis://127.0.0.1:6379/0']
    : ['WS_NATS_URL', env.WS_NATS_URL || 'nats://127.0.0.1:4222'];
  if (!(isRedis ? /^rediss?:\/\//u : /^(?:nats|tls):\/\//u).test(url))
    faults.push(`${variable} must be a URL of ${adapter}, got ${JSON.stringify(url)}`);
  const pubsub: PubSubSettings = {
    adapter: isRedis ? 'redis' : 'nats',
    url,
    prefix: env.WS_PUBSUB_CHANNEL || 'websocket.broadcast',
    nodeId: env.WS_NODE_ID || undefined,
  };
  return { pubsub: faults.length > 0 ? undefined : pubsub, faults };
}

/** @throws {Error} if there is no broker, or its address or names cannot be */
export async function openBroker({ adapter, url, prefix, nodeId }: PubSubSettings): Promise<OpenBroker> {
  const settings = { prefix, ...(nodeId === undefined ? {} : { nodeId }) };
  if (adapter === 'redis') {
    // The engine connects on its own; this client only says where and as whom.
    const client = new Redis(url, { lazyConnect: true });
    return { engine: redisEngine({ client, ...settings }), close: async () => client.disconnect() };
  }
  const connection = await connectNats(url);
  return { engine: natsEngine({ connection, ...settings }), close: () => connection.close() };
}

async function connectNats(url: string): Promise<NatsConnection> {
  try {
    return await connect({
      servers: url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      pingInterval: 2_000,
      maxPingOut: 2,
      timeout: 5_000,
    });
  } catch (cause) {
    throw new ClusterStartError(`NATS cannot be reached at ${url}`, { cause });
  }
}
