/** A filter for everything, made for HTTP as Nest's and Sentry's pages teach it: here it has no response to write to, and fails. */
import { Catch, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthenticatedGuard, Public, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';

@Catch()
class CatchAll extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    super.catch(exception, host);
  }
}

@RpcGateway()
class FaultyGateway {
  @Public()
  @RpcMethod()
  missing(): never {
    throw new NotFoundException('no such order');
  }

  @Public()
  @RpcMethod()
  broken(): never {
    throw new Error('4711');
  }
}

const FILTER = {
  provide: APP_FILTER,
  inject: [HttpAdapterHost],
  useFactory: ({ httpAdapter }: HttpAdapterHost): CatchAll => new CatchAll(httpAdapter),
};

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('a filter for all errors of HTTP, on %s', (_name, adapter) => {
  it('does not hide what was thrown, and the log has both', async () => {
    const logger = new CollectingLogger();
    const providers = [FaultyGateway, FILTER, { provide: APP_GUARD, useClass: AuthenticatedGuard }];
    await using node = await startNode({ providers, adapter, logger });
    await using peer = await node.connect();
    for (const params of [undefined, { a: 1 }]) {
      expect(await peer.request('missing', params)).toMatchObject({ error: { code: -32004, message: 'no such order' } });
      expect(await peer.request('broken', params)).toMatchObject({ error: { code: -32603, data: { errorId: expect.any(String) } } });
    }
    expect(await peer.request('subscribe', { topics: ['t'] })).toMatchObject({ error: { code: -32001, reason: 'Unauthorized' } });
    const logged = logger.errors.join('\n');
    expect(logged).toContain('4711');
    expect(logged).toContain('An exception filter failed in missing');
    expect(logged).toContain('An exception filter failed in subscribe');
  });
});
