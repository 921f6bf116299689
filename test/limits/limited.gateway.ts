/** An application with limits on its methods and on a whole class. */
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { RpcCall } from 'nestjs-realtime';
import { Public, RateLimit, RpcGateway, RpcMethod } from 'nestjs-realtime';

/** So slow that nothing comes back while a test runs. */
export const RARELY = { refillPerSec: 0.001 } as const;

@Public()
@RpcGateway()
export class PlainGateway {
  /** The params of every call that was begun. */
  readonly begun: unknown[] = [];

  @RpcMethod()
  echo(params: unknown): unknown {
    this.begun.push(params);
    return params;
  }

  @RpcMethod()
  async signIn(who: { readonly userId: string }, { session }: RpcCall): Promise<void> {
    await session.login(who);
  }
}

@Public()
@RpcGateway('limited')
@RateLimit({ capacity: 2, ...RARELY })
export class LimitedGateway {
  @RpcMethod()
  twice(): string {
    return 'twice';
  }

  @RpcMethod()
  twiceToo(): string {
    return 'twice too';
  }

  @RateLimit({ capacity: 1, ...RARELY })
  @RpcMethod()
  once(): string {
    return 'once';
  }
}

@Public()
@WebSocketGateway()
export class NestGateway {
  @RateLimit({ capacity: 1, ...RARELY })
  @SubscribeMessage('nest.once')
  once(): string {
    return 'once';
  }
}

@RpcGateway()
export class WronglyLimitedGateway {
  @RateLimit({ capacity: 1, refillPerSec: 1, cost: 2 })
  @RpcMethod()
  never(): void {}
}
