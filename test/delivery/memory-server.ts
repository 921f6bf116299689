/** A server in a process of its own, whose memory a test measures. Compiled and started by `server-process.ts`. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { HubStats, SessionEnd } from 'nestjs-realtime';

@RpcGateway()
class MemoryGateway {
  private readonly ends: SessionEnd[] = [];

  constructor(private readonly hub: HubService) {}

  handleDisconnect(_session: unknown, end: SessionEnd): void {
    this.ends.push(end);
  }

  /** Pushes so many notifications of so many bytes, all in one tick. @returns the memory of the process after that, in bytes */
  @RpcMethod()
  publish({ count, bytes }: { count: number; bytes: number }): number {
    for (let i = 0; i < count; i++) void this.hub.pushToTopic('t', 'pad', { pad: 'x'.repeat(bytes) });
    return process.memoryUsage.rss();
  }

  @RpcMethod()
  state(): { stats: HubStats; ends: readonly SessionEnd[] } {
    return { stats: this.hub.stats(), ends: this.ends };
  }
}

@Module({
  imports: [RealtimeModule.forRoot({ defaultTopicPolicy: 'allow', writeTimeoutMs: 2_000, heartbeat: { pingIntervalMs: 0 } })],
  providers: [MemoryGateway],
})
class MemoryServerModule {}

const app = await NestFactory.create(MemoryServerModule, { logger: false });
await app.listen(0, '127.0.0.1');
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
