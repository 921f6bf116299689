import type { CanActivate, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, Throttle, ThrottlerModule } from '@nestjs/throttler';
import { RpcMethod } from 'nestjs-realtime';
import { moduleFromPage } from '../docs/module-from-page.js';
import { startNode } from '../support/start-node.js';

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
  const { RpcThrottlerGuard } = await moduleFromPage<{ RpcThrottlerGuard: Type<CanActivate> }>(
    'docs/with-other-libraries.md',
    'class RpcThrottlerGuard',
  );
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
