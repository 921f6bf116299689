/** Methods with every kind of end. */
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { BadRequestException } from '@nestjs/common';
import { HubService, Public, RpcContext, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall, Session } from 'nestjs-realtime';

@Public()
@RpcGateway()
export class MetricsGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  echo(@MessageBody() params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  async signIn(@MessageBody('userId') userId: string, @ConnectedSocket() session: Session): Promise<string> {
    await session.login({ userId });
    return session.id;
  }

  @RpcMethod()
  fail(): never {
    throw new Error('the password is secret');
  }

  @RpcMethod()
  async refuse(): Promise<never> {
    throw new BadRequestException('No');
  }

  @RpcMethod()
  ownError(): never {
    throw new RpcError(17, 'Out of stock');
  }

  @RpcMethod('slow', { timeoutMs: 5 })
  slow(@RpcContext() call: RpcCall): Promise<void> {
    return new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()));
  }

  @RpcMethod()
  wait(@RpcContext() call: RpcCall): Promise<void> {
    return new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()));
  }

  @RpcMethod()
  async tell(@MessageBody('topic') topic: string): Promise<number> {
    return (await this.hub.pushToTopic(topic, 'news', { text: 'hello' })).reached;
  }
}
