/** Request-scoped providers: an object per call, and the call is what REQUEST gives. */
import { Controller, Inject, Injectable, Scope, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcContext, RpcGateway, RpcMethod, Session, TopicPolicy, rpcCallOf } from 'nestjs-realtime';
import type { RpcCall } from 'nestjs-realtime';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { Latch } from './latch.js';

let made = 0;

@Injectable({ scope: Scope.REQUEST })
class PerCall {
  readonly number = ++made;
  constructor(@Inject(REQUEST) readonly request: RpcCall) {}
}

@Injectable()
class Shared {
  readonly own = ++made;
}

@RpcGateway('scoped')
class ScopedGateway {
  readonly number = ++made;

  constructor(
    @Inject(PerCall) private readonly perCall: PerCall,
    @Inject(Shared) private readonly shared: Shared,
  ) {}

  @RpcMethod()
  facts(@RpcContext() call: RpcContext, @ConnectedSocket() session: Session): unknown {
    const { request } = this.perCall;
    return {
      isCall: request === call,
      session: request.session === session,
      method: request.method,
      params: request.params ?? 'none',
      id: request.id,
      gateway: this.number,
      perCall: this.perCall.number,
      shared: this.shared.own,
    };
  }

  @RpcMethod()
  async slow(@MessageBody('name') name: string): Promise<unknown> {
    this.name = name;
    await gate.opened;
    return { name: this.name, request: (this.perCall.request.params as { name: string }).name };
  }

  private name = '';
}

const gate = new Latch();

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(@Inject(REQUEST) private readonly request: RpcCall) {}

  @RpcMethod('controller.method')
  method(): string {
    return this.request.method;
  }
}

describe('a gateway with a request-scoped dependency', () => {
  it('is made for each call, with the call as REQUEST', async () => {
    await using node = await startNode({ providers: [PerCall, Shared, ScopedGateway] });
    await using peer = await node.connect();
    const first = (await peer.request('scoped.facts', { a: 1 }, 'one')).result as Record<string, number>;
    const second = (await peer.request('scoped.facts', undefined, 'two')).result as Record<string, number>;
    const common = { isCall: true, session: true, method: 'scoped.facts' };
    expect(first).toMatchObject({ ...common, params: { a: 1 }, id: 'one' });
    expect(second).toMatchObject({ ...common, params: 'none', id: 'two' });
    expect(second['gateway']).not.toBe(first['gateway']);
    expect(second['perCall']).not.toBe(first['perCall']);
    expect(second['shared']).toBe(first['shared']);
  });

  it('keeps calls that run at once apart', async () => {
    await using node = await startNode({ providers: [PerCall, Shared, ScopedGateway] });
    await using peer = await node.connect();
    const calls = ['a', 'b', 'c'].map((name) => peer.result('scoped.slow', { name }));
    await peer.settled();
    gate.open();
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c'].map((name) => ({ name, request: name })));
  });

  it('works for the items of a batch and for notifications', async () => {
    await using node = await startNode({ providers: [PerCall, Shared, ScopedGateway] });
    await using peer = await node.connect();
    peer.send(
      [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'scoped.facts' })).concat([{ jsonrpc: '2.0', method: 'scoped.facts' } as never]),
    );
    const replies = await eventually(() => {
      const frame = peer.frames.find((text) => text.startsWith('['));
      if (frame === undefined) throw new Error('No answer to the batch');
      return JSON.parse(frame) as { id: number; result: { id: number } }[];
    });
    expect(replies.map(({ id, result }) => [id, result.id]).sort()).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

it('a request-scoped controller serves RPC', async () => {
  await using node = await startNode({ controllers: [ScopedController] });
  await using peer = await node.connect();
  expect(await peer.result('controller.method')).toBe('controller.method');
});

it('a request-scoped gateway of Nest gets the call as REQUEST', async () => {
  @WebSocketGateway()
  class LegacyScoped {
    readonly number = ++made;
    constructor(@Inject(REQUEST) private readonly request: RpcCall) {}

    @SubscribeMessage('legacy.facts')
    facts(@MessageBody() body: unknown): unknown {
      return { event: 'legacy.facts', data: { body, method: this.request.method, number: this.number } };
    }
  }
  await using node = await startNode({ providers: [LegacyScoped] });
  await using peer = await node.connect();
  const first = (await peer.result('legacy.facts', { a: 1 })) as { number: number };
  const second = (await peer.result('legacy.facts', { a: 2 })) as { number: number };
  expect(first).toMatchObject({ body: { a: 1 }, method: 'legacy.facts' });
  expect(second).toMatchObject({ body: { a: 2 }, method: 'legacy.facts' });
  expect(second.number).not.toBe(first.number);
});

describe('request-scoped enhancers on a static gateway', () => {
  @Injectable({ scope: Scope.REQUEST })
  class ScopedGuard implements CanActivate {
    constructor(@Inject(REQUEST) private readonly request: RpcCall) {}

    canActivate(context: ExecutionContext): boolean {
      return this.request === rpcCallOf(context) && (this.request.params as { pass?: boolean } | undefined)?.pass === true;
    }
  }

  @Injectable({ scope: Scope.REQUEST })
  class ScopedInterceptor implements NestInterceptor {
    constructor(@Inject(REQUEST) private readonly request: RpcCall) {}

    intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
      return next.handle().pipe(map((value: unknown) => ({ value, by: this.request.id })));
    }
  }

  @RpcGateway()
  class StaticGateway {
    @RpcMethod()
    @UseGuards(ScopedGuard)
    @UseInterceptors(ScopedInterceptor)
    work(): string {
      return 'worked';
    }
  }

  it('are made for each call, with the call as REQUEST', async () => {
    await using node = await startNode({ providers: [StaticGateway] });
    await using peer = await node.connect();
    expect((await peer.request('work', { pass: true }, 7)).result).toEqual({ value: 'worked', by: 7 });
    expect((await peer.request('work', { pass: false }, 8)).error?.code).toBe(-32003);
    expect((await peer.request('work', { pass: true }, 9)).result).toEqual({ value: 'worked', by: 9 });
  });
});

it('a provider that cannot be made fails the call and nothing else', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class Failing {
    constructor(@Inject(REQUEST) request: RpcCall) {
      if ((request.params as { fail: boolean }).fail) throw new Error('cannot be made');
    }

    @RpcMethod('failing.ok')
    ok(): string {
      return 'ok';
    }
  }
  await using node = await startNode({ providers: [Failing] });
  await using peer = await node.connect();
  expect((await peer.request('failing.ok', { fail: true })).error).toMatchObject({ code: -32603, reason: 'InternalError' });
  expect(await peer.result('failing.ok', { fail: false })).toBe('ok');
});

it('a topic policy on a request-scoped provider sees the call that asks', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class Policies {
    constructor(@Inject(REQUEST) private readonly request: RpcCall) {}

    @TopicPolicy('room:*')
    mayJoin(): boolean {
      return this.request.method === 'subscribe' && this.request.handshake.query.get('pass') === 'yes';
    }
  }
  await using node = await startNode({ providers: [Policies] });
  await using welcome = await node.connect('/ws?pass=yes');
  await using refused = await node.connect('/ws?pass=no');
  expect(await welcome.result('subscribe', { topics: ['room:1'] })).toEqual({ subscribed: ['room:1'] });
  expect((await refused.request('subscribe', { topics: ['room:1'] })).error?.code).toBe(-32003);
});
