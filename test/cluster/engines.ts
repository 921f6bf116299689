/** The three engines, each over a broker of the test's own. */
import { randomBytes } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { ClusterEngine, ClusterSettings } from 'nestjs-realtime';
import { natsEngine } from 'nestjs-realtime/nats';
import { redisEngine } from 'nestjs-realtime/redis';
import { MemoryBroker, memoryEngine } from 'nestjs-realtime/testing';
import { Broker } from '../support/brokers.js';

/** One cluster: each engine that it makes is for another node. */
export class EngineRig implements AsyncDisposable {
  private readonly ends: (() => unknown)[] = [];

  private constructor(
    readonly name: string,
    /** Absent in memory. */
    readonly broker: Broker | undefined,
    private readonly make: (rig: EngineRig, settings: ClusterSettings & { prefix: string }) => ClusterEngine | Promise<ClusterEngine>,
  ) {}

  static memory(): EngineRig {
    const broker = new MemoryBroker();
    return new EngineRig('memory', undefined, (_rig, { prefix: _prefix, ...settings }) => memoryEngine({ broker, ...settings }));
  }

  /** @param port other ways to the broker: one for all nodes, or one for each, in the order in which they are made */
  static async redis(broker?: Broker, port?: number | readonly number[]): Promise<EngineRig> {
    const own = broker ?? (await Broker.start('redis'));
    const nextPort = portsOf(own, port);
    return EngineRig.redisOf(() => new Redis(nextPort(), '127.0.0.1', { lazyConnect: true }), own);
  }

  /** @param makeClient a client for each node */
  static redisOf(makeClient: () => Redis, broker?: Broker): EngineRig {
    return new EngineRig('redis', broker, (rig, settings) => {
      const client = makeClient();
      rig.ends.push(() => client.disconnect());
      return redisEngine({ client, ...settings });
    });
  }

  /** @param port as for Redis */
  static async nats(broker?: Broker, port?: number | readonly number[]): Promise<EngineRig> {
    const own = broker ?? (await Broker.start('nats'));
    const nextPort = portsOf(own, port);
    return EngineRig.natsOf(() => [`nats://127.0.0.1:${nextPort()}`], own);
  }

  /** @param serversOf the servers of each node, the one that it shall take first */
  static natsOf(serversOf: () => string[], broker?: Broker): EngineRig {
    return new EngineRig('nats', broker, async (rig, settings) => {
      const connection = await connect({
        servers: serversOf(),
        noRandomize: true,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        pingInterval: 2_000,
        timeout: 2_000,
      });
      rig.ends.push(() => connection.close());
      return natsEngine({ connection, ...settings });
    });
  }

  /** @param prefix of all that is on the broker; the same for the nodes of one cluster */
  async engine(settings: ClusterSettings & { prefix?: string } = {}): Promise<ClusterEngine> {
    return this.make(this, { prefix: 'test', ...settings });
  }

  /** Makes engines of a cluster that nobody else is in. */
  apart(settings: ClusterSettings = {}): () => Promise<ClusterEngine> {
    if (this.name === 'memory') {
      const rig = EngineRig.memory();
      return () => rig.engine(settings);
    }
    const prefix = `p${randomBytes(6).toString('hex')}`;
    return () => this.engine({ ...settings, prefix });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.ends) await end();
    await this.broker?.[Symbol.asyncDispose]();
  }
}

function portsOf(broker: Broker, port: number | readonly number[] | undefined): () => number {
  const ports = typeof port === 'number' ? [port] : [...(port ?? [])];
  return () => (ports.length > 1 ? ports.shift() : ports[0]) ?? broker.port;
}

export const RIGS = [
  ['memory', async () => EngineRig.memory()],
  ['Redis', () => EngineRig.redis()],
  ['NATS', () => EngineRig.nats()],
] as const;
