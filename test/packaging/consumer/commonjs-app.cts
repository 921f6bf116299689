/** The same app as CommonJS: the compiler turns its imports into `require()`, which loads ES modules since Node 20.19. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';

@RpcGateway()
class EchoGateway {
  @RpcMethod('echo')
  echo(@MessageBody() params: unknown): unknown {
    return params;
  }
}

@Module({ imports: [RealtimeModule.forRoot({ path: '/ws' })], providers: [EchoGateway] })
class AppModule {}

async function start(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(`listening on ${await app.getUrl()}`);
}

void start();
