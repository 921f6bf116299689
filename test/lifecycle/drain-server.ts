/** A server in a process of its own that can be ended by signals. Compiled and started by `server-process.ts`. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';

const PAD = 'x'.repeat(1_000);

@RpcGateway()
class DrainGateway {
  private readonly finish: (() => void)[] = [];

  constructor(private readonly hub: HubService) {}

  /** Begins a call that is answered after the next `end`. */
  @RpcMethod()
  wait(): Promise<string> {
    return new Promise((resolve) => this.finish.push(() => resolve('worth the wait')));
  }

  @RpcMethod()
  hang(): Promise<never> {
    return new Promise(() => undefined);
  }

  @RpcMethod()
  sessions(): number {
    return this.hub.stats().sessions.open;
  }

  /** Queues pushes for everybody, and ends this very process as its supervisor would, all in one tick. */
  @RpcMethod()
  end({ pushes }: { pushes: number }): void {
    for (let n = 0; n < pushes; n++) void this.hub.broadcast('queued', { n, pad: PAD });
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => this.finish.forEach((finish) => finish()), 200);
  }
}

@Module({
  imports: [RealtimeModule.forRoot({ drain: { windowMs: 10_000, timeoutMs: 60_000 }, writeTimeoutMs: 60_000 })],
  providers: [DrainGateway],
})
class DrainServerModule {}

const app = await NestFactory.create(DrainServerModule, { logger: false });
app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
await app.listen(0, '127.0.0.1');
process.send?.(((app.getHttpServer() as Server).address() as AddressInfo).port);
process.once('disconnect', () => process.exit());
