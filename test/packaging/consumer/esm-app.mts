/** The app of a team that writes ES modules. The packaging test compiles it against the installed tarballs and runs it. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';

class Greeting {
  @IsString()
  name!: string;
}

@RpcGateway()
class EchoGateway {
  @RpcMethod('echo')
  echo(@MessageBody() params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  greet(@MessageBody() { name }: Greeting): string {
    return `Hello, ${name}!`;
  }
}

@Module({ imports: [RealtimeModule.forRoot({ path: '/ws' })], providers: [EchoGateway] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
