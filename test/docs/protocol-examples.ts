/** The app that the examples of docs/protocol.md talk to. */
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { IsNumber } from 'class-validator';
import { HubService, RpcContext, RpcGateway, RpcMethod, Session, StaticTokenAuthenticator, TopicPolicy } from 'nestjs-realtime';

class Terms {
  @IsNumber() a!: number;
  @IsNumber() b!: number;
}

@RpcGateway('math')
class MathGateway {
  @RpcMethod()
  add(@MessageBody() { a, b }: Terms): number {
    return a + b;
  }

  @RpcMethod()
  forget(): void {}

  @RpcMethod()
  crash(): void {
    throw new Error('a fault that is not for the peer');
  }

  @RpcMethod()
  ponder(@RpcContext() call: RpcContext): Promise<void> {
    return new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()));
  }

  @RpcMethod()
  async askback(@ConnectedSocket() session: Session): Promise<{ answer: unknown }> {
    return { answer: await session.call('what.is', { question: '6 x 7' }) };
  }
}

@RpcGateway('news')
class NewsGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  async publish(@MessageBody('topic') topic: string, @MessageBody('headline') headline: string): Promise<{ reached: number }> {
    return this.hub.pushToTopic(topic, 'news.headline', { headline });
  }

  @TopicPolicy('news:*')
  mayListen(): boolean {
    return true;
  }
}

const authenticator = new StaticTokenAuthenticator({
  'token-of-ada': { userId: 'ada' },
  'next-token-of-ada': { userId: 'ada', expiresAtMs: 4_102_444_800_000 },
});

export const PROTOCOL_EXAMPLES = {
  providers: [MathGateway, NewsGateway],
  options: { auth: { authenticator }, topics: { 'desk:*': { presence: true } } },
};
