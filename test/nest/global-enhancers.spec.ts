/** Global guards, interceptors, pipes and filters run for every call: on every kind of provider, and for the library's own methods. */
import { Controller, Injectable, Scope } from '@nestjs/common';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { JOURNAL, Journal, SCOPES, filter, guard, interceptor, pipe } from './recording-enhancers.js';

class Service {
  @RpcMethod()
  work(body: unknown): unknown {
    return { body };
  }

  @RpcMethod()
  fail(): unknown {
    throw new Error('failed');
  }
}

@RpcGateway()
class Gateway extends Service {}

@Controller()
class WorkController extends Service {}

@Injectable({ scope: Scope.REQUEST })
class ScopedService extends Service {}

@WebSocketGateway()
class NestGateway {
  @SubscribeMessage('work')
  work(_client: unknown, body: unknown): unknown {
    return { body };
  }

  @SubscribeMessage('fail')
  fail(): unknown {
    throw new Error('failed');
  }
}

const hosts: [string, ModuleMetadata][] = [
  ['a class', { providers: [Service] }],
  ['an RPC gateway', { providers: [Gateway] }],
  ['a class under another token', { providers: [{ provide: 'token', useClass: Service }] }],
  ['a controller', { controllers: [WorkController] }],
  ['a request-scoped class', { providers: [ScopedService] }],
  ['what a factory makes', { providers: [{ provide: 'made', useFactory: () => new Service() }] }],
  ['a value', { providers: [{ provide: 'made', useValue: new Service() }] }],
  ['a gateway of Nest', { providers: [NestGateway] }],
];

function globals(scope: Scope): Provider[] {
  return [
    JOURNAL,
    { provide: APP_GUARD, useClass: guard('app', scope) },
    { provide: APP_INTERCEPTOR, useClass: interceptor('app', scope) },
    { provide: APP_PIPE, useClass: pipe('app', scope) },
    { provide: APP_FILTER, useClass: filter('app', scope) },
  ];
}

async function expectAllToRun(node: RunningNode): Promise<void> {
  await using peer = await node.connect();
  const journal = node.app.get(Journal);
  for (let round = 0; round < 2; round++) {
    expect(await peer.result('work', { a: round })).toEqual({ body: { a: round } });
    const lines = journal.take();
    expect(lines.filter((line) => line !== 'pipe app')).toEqual(['guard app', 'before app', 'after app']);
    expect(lines).toContain('pipe app');
    expect((await peer.request('fail', {})).error).toMatchObject({ code: 4242, message: 'filtered by app' });
    expect(journal.take()).toEqual(expect.arrayContaining(['guard app', 'before app', 'filter app']));
  }
}

describe.each(SCOPES)('APP_* enhancers in %s scope', (_scopeName, scope) => {
  it.each(hosts)('all run on %s', async (_host, metadata) => {
    await using node = await startNode({ ...metadata, providers: [...globals(scope), ...(metadata.providers ?? [])] });
    await expectAllToRun(node);
  });

  it.each(['heartbeat', 'subscribe', 'unsubscribe'])('run for the library’s own method %s', async (method) => {
    await using node = await startNode({ providers: globals(scope) });
    await using peer = await node.connect();
    const { error } = await peer.request(method, { topics: [1] });
    const lines = node.app.get(Journal).take();
    expect(lines).toEqual(expect.arrayContaining(['guard app', 'before app']));
    if (method !== 'heartbeat')
      expect({ lines, error }).toMatchObject({ lines: expect.arrayContaining(['filter app']), error: { code: 4242 } });
  });
});

describe('useGlobal*', () => {
  it.each(hosts)('enhancers all run on %s', async (_host, metadata) => {
    await using node = await startNode({
      ...metadata,
      providers: [JOURNAL, ...(metadata.providers ?? [])],
      configure: (app) => {
        const journal = app.get(Journal);
        const make = <T>(type: new (journal: Journal) => T): T => new type(journal);
        app.useGlobalGuards(make(guard('app')));
        app.useGlobalInterceptors(make(interceptor('app')));
        app.useGlobalPipes(make(pipe('app')));
        app.useGlobalFilters(make(filter('app')));
      },
    });
    await expectAllToRun(node);
  });
});
