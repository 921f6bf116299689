import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, Throttle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import type { ThrottlerLimitDetail } from '@nestjs/throttler';
import { RpcError, RpcMethod, rpcCallOf } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

@Injectable()
class RpcThrottlerGuard extends ThrottlerGuard {
  protected override getRequestResponse(context: ExecutionContext) {
    if (context.getType() === 'http') return super.getRequestResponse(context);
    const { session } = rpcCallOf(context);
    return { req: { ip: session.principal?.userId ?? session.handshake.address }, res: {} };
  }

  protected override getTracker(request: Record<string, unknown>): Promise<string> {
    return Promise.resolve(String(request.ip));
  }

  protected override throwThrottlingException(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    if (context.getType() === 'http') return super.throwThrottlingException(context, detail);
    throw RpcError.of('TooManyRequests', undefined, { retryAfterMs: detail.timeToBlockExpire * 1_000 });
  }
}

class Methods {
  @RpcMethod()
  ping(): string {
    return 'pong';
  }

  @Throttle({ default: { limit: 1, ttl: 60_000 } })
  @RpcMethod()
  dear(): string {
    return 'pong';
  }

  @SkipThrottle()
  @RpcMethod()
  free(): string {
    return 'pong';
  }
}

it('@nestjs/throttler counts calls by user or address, and says when to come again', async () => {
  await using node = await startNode({
    imports: [ThrottlerModule.forRoot([{ limit: 3, ttl: 60_000 }])],
    providers: [Methods, { provide: APP_GUARD, useClass: RpcThrottlerGuard }],
  });
  await using peer = await node.connect();
  for (let n = 0; n < 3; n++) expect(await peer.result('ping')).toBe('pong');
  expect((await peer.request('ping')).error).toMatchObject({
    code: -32029,
    reason: 'TooManyRequests',
    data: { retryAfterMs: expect.any(Number) },
  });
  expect(await peer.result('dear')).toBe('pong');
  expect((await peer.request('dear')).error).toMatchObject({ code: -32029 });
  for (let n = 0; n < 10; n++) expect(await peer.result('free')).toBe('pong');
});
