/** A server whose topics have all policies for slow readers, in a process of its own. Started by `server-process.ts`. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';

@RpcGateway()
class PolicyGateway {
  private count = 0;

  constructor(private readonly hub: HubService) {}

  /** Pushes so many notifications of so many bytes to a topic, all in one tick. @returns the memory of the process after that, in bytes */
  @RpcMethod()
  publish({ topic, count, bytes }: { topic: string; count: number; bytes: number }): number {
    for (let i = 0; i < count; i++) void this.hub.pushToTopic(topic, 'pad', { n: this.count++, pad: 'x'.repeat(bytes) });
    return process.memoryUsage.rss();
  }

  @RpcMethod()
  state(): { open: number; rss: number } {
    return { open: this.hub.stats().sessions.open, rss: process.memoryUsage.rss() };
  }
}

@Module({
  imports: [
    RealtimeModule.forRoot({
      defaultTopicPolicy: 'allow',
      writeTimeoutMs: 600_000,
      // Readers that stand still answer no pings.
      heartbeat: { pingIntervalMs: 0 },
      compression: true,
      topics: {
        'drop-newest': { slow: 'drop-newest' },
        'drop-oldest': { slow: 'drop-oldest' },
        conflate: { slow: 'conflate', key: (params) => String((params as { n: number }).n % 50) },
      },
    }),
  ],
  providers: [PolicyGateway],
})
class PolicyServerModule {}

const app = await NestFactory.create(PolicyServerModule, { logger: false });
await app.listen(0, '127.0.0.1');
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
