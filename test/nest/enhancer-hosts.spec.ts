/** Guards, interceptors, pipes and filters run on every kind of provider, in every scope, or the app does not start. None is left out. */
import { Controller, Injectable, Scope, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import type { ModuleMetadata, Type } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { bootFaults } from './boot.js';
import { JOURNAL, Journal, SCOPES, filter, guard, interceptor, pipe } from './recording-enhancers.js';

/** The same handlers under four roofs. */
interface Handlers {
  work(body: unknown): unknown;
  fail(body: unknown): unknown;
}

/** A class whose handlers have an enhancer of each kind, on the class and on the method, made by Nest in the given scope. */
function guarded(scope: Scope, decorateMethod: (name: string) => MethodDecorator): Type<Handlers> {
  @UseGuards(guard('class', scope))
  @UseInterceptors(interceptor('class', scope))
  @UsePipes(pipe('class', scope))
  @UseFilters(filter('class', scope))
  class Guarded implements Handlers {
    @decorateMethod('work')
    @UseGuards(guard('method', scope))
    @UseInterceptors(interceptor('method', scope))
    @UsePipes(pipe('method', scope))
    work(@MessageBody(pipe('param', scope)) body: unknown): unknown {
      return { body };
    }

    @decorateMethod('fail')
    @UseFilters(filter('method', scope))
    fail(@MessageBody() _body: unknown): unknown {
      throw new Error('failed');
    }
  }
  return Guarded;
}

function inherited(base: Type<Handlers>): Type<Handlers> {
  class Derived extends base {}
  return Derived;
}

function decorated(decorator: ClassDecorator, target: Type<Handlers>): Type<Handlers> {
  decorator(target);
  return target;
}

const WORKED = [
  ['guard class', 'guard method'],
  ['before class', 'before method'],
  ['pipe class', 'pipe method', 'pipe param'],
  ['after method', 'after class'],
].flat();

const hosts: [string, (scope: Scope) => ModuleMetadata][] = [
  ['a class', (scope) => ({ providers: [guarded(scope, RpcMethod)] })],
  ['an RPC gateway', (scope) => ({ providers: [decorated(RpcGateway(), guarded(scope, RpcMethod))] })],
  ['a class under another token', (scope) => ({ providers: [{ provide: 'token', useClass: guarded(scope, RpcMethod) }] })],
  ['a controller', (scope) => ({ controllers: [decorated(Controller(), guarded(scope, RpcMethod))] })],
  ['a class that inherits its methods', (scope) => ({ providers: [inherited(guarded(scope, RpcMethod))] })],
  ['a request-scoped class', (scope) => ({ providers: [decorated(Injectable({ scope: Scope.REQUEST }), guarded(scope, RpcMethod))] })],
  [
    'a request-scoped controller',
    (scope) => ({ controllers: [decorated(Controller({ path: 'x', scope: Scope.REQUEST }), guarded(scope, RpcMethod))] }),
  ],
  ['a gateway of Nest', (scope) => ({ providers: [decorated(WebSocketGateway(), guarded(scope, SubscribeMessage))] })],
  [
    'a gateway of Nest under another token',
    (scope) => ({ providers: [{ provide: 'token', useClass: decorated(WebSocketGateway(), guarded(scope, SubscribeMessage)) }] }),
  ],
];

describe.each(SCOPES)('enhancers in %s scope', (_scopeName, scope) => {
  it.each(hosts)('all run on %s', async (_host, metadataOf) => {
    const { providers = [], ...metadata } = metadataOf(scope);
    await using node = await startNode({ ...metadata, providers: [JOURNAL, ...providers] });
    await using peer = await node.connect();
    const journal = node.app.get(Journal);
    for (let round = 0; round < 2; round++) {
      expect(await peer.result('work', { a: round })).toEqual({ body: { a: round } });
      expect(journal.take()).toEqual(WORKED);
      expect((await peer.request('fail', {})).error).toMatchObject({ code: 4242, message: 'filtered by method' });
      expect(journal.take()).toEqual(['guard class', 'before class', 'pipe class', 'filter method']);
    }
  });
});

describe('a provider that Nest did not make from a class', () => {
  /** Uses the same enhancers as a class, so that Nest makes them for somebody else. */
  function withNeighbour(scope: Scope, provide: (target: Type<Handlers>) => object): ModuleMetadata {
    const target = guarded(scope, RpcMethod);
    class Neighbour extends target {
      override work(): unknown {
        return 'neighbour';
      }
      override fail(): unknown {
        return 'neighbour';
      }
    }
    return { providers: [JOURNAL, Neighbour, provide(target) as never] };
  }

  const ways: [string, (target: Type<Handlers>) => object][] = [
    ['a factory', (target) => ({ provide: 'made', useFactory: () => new target() })],
    ['a value', (target) => ({ provide: 'made', useValue: new target() })],
  ];

  it.each(ways)('is refused at boot if its enhancers would not run: %s', async (_way, provide) => {
    const faults = await bootFaults({ providers: [JOURNAL, provide(guarded(Scope.DEFAULT, RpcMethod)) as never] });
    expect(faults.join('\n')).toMatch(/Guarded\.work.*RecordingGuard/);
    expect(faults.join('\n')).toMatch(/Guarded\.work.*RecordingInterceptor/);
    expect(faults.join('\n')).toMatch(/Guarded\.work.*RecordingPipe/);
    expect(faults.join('\n')).toMatch(/Guarded\.fail.*RecordingFilter/);
  });

  describe.each(SCOPES)('with enhancers in %s scope that a neighbour has too', (_scopeName, scope) => {
    it.each(ways)('runs them all or is refused: %s', async (_way, provide) => {
      const metadata = withNeighbour(scope, provide);
      const started = await startNode(metadata).catch((error: Error) => error);
      if (started instanceof Error) {
        expect(started).toMatchObject({ name: 'RealtimeConfigError', message: expect.stringContaining('Recording') });
        return;
      }
      await using node = started;
      await using peer = await node.connect();
      const journal = node.app.get(Journal);
      expect(await peer.result('work', { a: 1 })).toEqual({ body: { a: 1 } });
      expect(journal.take()).toEqual(expect.arrayContaining(['guard class', 'guard method', 'pipe class', 'pipe method']));
    });
  });

  it.each(ways)('runs enhancers that are given as objects: %s', async (_way, provide) => {
    const lines: string[] = [];
    class WithObjects {
      @RpcMethod()
      @UseGuards({ canActivate: () => lines.push('guard') > 0 })
      @UsePipes({ transform: (value: unknown) => (lines.push('pipe'), value) })
      work(body: unknown): unknown {
        return body;
      }
    }
    await using node = await startNode({ providers: [provide(WithObjects as never) as never] });
    await using peer = await node.connect();
    expect(await peer.result('work', { a: 1 })).toEqual({ a: 1 });
    expect(lines).toEqual(['guard', 'pipe', 'pipe']);
  });
});
