/** An app that shows whether a runtime other than Node keeps what the library relies on. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { HubService, RealtimeModule, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';

const context = new AsyncLocalStorage<string>();

class Greeting {
  @IsString()
  name!: string;
}

@RpcGateway()
class RuntimeGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  greet(@MessageBody() { name }: Greeting): string {
    return `Hello, ${name}!`;
  }

  @RpcMethod()
  missing(): never {
    throw RpcError.of('NotFound');
  }

  @RpcMethod()
  async enter(): Promise<string | undefined> {
    context.enterWith('entered');
    await new Promise((resolve) => setImmediate(resolve));
    return context.getStore();
  }

  @RpcMethod()
  see(): string | undefined {
    return context.getStore();
  }

  @RpcMethod()
  async count(@MessageBody('to') to: number): Promise<void> {
    for (let number = 0; number < to; number++) await this.hub.pushToTopic('numbers', 'number', { number });
  }
}

@Module({
  imports: [
    RealtimeModule.forRoot({ defaultTopicPolicy: 'allow', compression: true, heartbeat: { pingIntervalMs: 100, pongTimeoutMs: 100 } }),
  ],
  providers: [RuntimeGateway],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
