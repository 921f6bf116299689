/** The server under test as one of many nodes. Arguments: the address of the broker; without one it is alone. */
import { connect } from '@nats-io/transport-node';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import type { ClusterEngine } from 'nestjs-realtime';
import { RealtimeModule } from 'nestjs-realtime';
import { natsEngine } from 'nestjs-realtime/nats';
import { redisEngine } from 'nestjs-realtime/redis';
import { BenchMethods } from '../bench.methods.js';
import { BENCH_OPTIONS } from '../bench.module.js';

const [url] = process.argv.slice(2);

async function engineAt(address: string): Promise<ClusterEngine> {
  if (address.startsWith('redis:')) return redisEngine({ client: new Redis(address, { lazyConnect: true }) });
  return natsEngine({ connection: await connect({ servers: address, maxReconnectAttempts: -1, pingInterval: 2_000, maxPingOut: 2 }) });
}

const cluster = url === undefined ? {} : { cluster: await engineAt(url) };

/** Nobody reaches it: sign-ins are counted over all nodes. */
const MANY = 1_000_000;

class NodeModule {}
Module({
  imports: [RealtimeModule.forRoot({ ...BENCH_OPTIONS, limits: { ...BENCH_OPTIONS.limits, connections: { perUser: MANY } }, ...cluster })],
  providers: [BenchMethods],
})(NodeModule);

const app = await NestFactory.create(NodeModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
