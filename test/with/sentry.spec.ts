import { NotFoundException } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import * as Sentry from '@sentry/nestjs';
import { SentryGlobalFilter, SentryModule } from '@sentry/nestjs/setup';
import { RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

class Methods {
  @RpcMethod()
  missing(): never {
    throw new NotFoundException('no such order');
  }

  @RpcMethod()
  broken(): never {
    throw new Error('4711');
  }
}

afterEach(() => Sentry.close());

it('Sentry’s filter gets what is a fault, and every caller its answer', async () => {
  const captured: (string | undefined)[] = [];
  Sentry.init({
    dsn: 'http://key@127.0.0.1:1/1',
    // Of the defaults only the one that looks at ignoreErrors: the others change the process for good.
    defaultIntegrations: [Sentry.eventFiltersIntegration()],
    ignoreErrors: [/^RpcError:/],
    beforeSend: (event) => {
      captured.push(event.exception?.values?.[0]?.value);
      return null;
    },
  });
  const logger = new CollectingLogger();
  await using node = await startNode({
    imports: [SentryModule.forRoot()],
    providers: [Methods, { provide: APP_FILTER, useClass: SentryGlobalFilter }],
    logger,
  });
  await using peer = await node.connect();
  expect((await peer.request('missing')).error).toMatchObject({ code: -32004, message: 'no such order' });
  expect((await peer.request('broken')).error).toMatchObject({ code: -32603, data: { errorId: expect.any(String) } });
  expect((await peer.request('subscribe', { topics: ['t'] })).error).toMatchObject({ code: -32001 });
  await eventually(() => expect(captured).toEqual(['4711']));
  expect(logger.errors.join('\n')).toContain('4711');
});
