/** What a handler gets: Nest's own parameter decorators, the library's, and what comes without any. */
import { Controller, Get, Injectable, ParseIntPipe, Query, createParamDecorator } from '@nestjs/common';
import type { ArgumentMetadata, ExecutionContext, PipeTransform } from '@nestjs/common';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { HubService, RpcContext, RpcGateway, RpcMethod, Session, rpcCallOf } from 'nestjs-realtime';
import type { RpcCall } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import type { RpcPeer } from '../support/rpc-peer.js';

@Injectable()
class TrimPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    return `${value.trim()}:${metadata.data}`;
  }
}

/** A decorator as applications write them. */
const SessionId = createParamDecorator((_data: unknown, context: ExecutionContext) => context.switchToWs().getClient<Session>().id);
const Called = createParamDecorator((data: string, context: ExecutionContext) => `${data} ${rpcCallOf(context).method}`);

@RpcGateway('args')
class ArgumentsGateway {
  @RpcMethod()
  whole(@MessageBody() body: unknown): unknown {
    return { body };
  }

  @RpcMethod()
  member(@MessageBody('a') a: unknown, @MessageBody('b') b: unknown): unknown {
    return { a: a ?? 'absent', b: b ?? 'absent' };
  }

  @RpcMethod()
  index(@MessageBody('0') first: unknown, @MessageBody('1') second: unknown): unknown {
    return [first, second];
  }

  @RpcMethod()
  inherited(@MessageBody('toString') a: unknown, @MessageBody('length') b: unknown, @MessageBody('constructor') c: unknown): unknown {
    return [typeof a, typeof b, typeof c];
  }

  @RpcMethod()
  piped(
    @MessageBody('n', ParseIntPipe) n: number,
    @MessageBody('s', new TrimPipe()) s: string,
    @MessageBody('t', TrimPipe) t: string,
  ): unknown {
    return { n, s, t };
  }

  @RpcMethod()
  socket(@ConnectedSocket() session: Session): unknown {
    return { id: session.id, isSession: session instanceof Session };
  }

  @RpcMethod()
  mixed(
    @SessionId() id: string,
    @MessageBody('x') x: unknown,
    @Called('called') called: string,
    @ConnectedSocket() session: Session,
  ): unknown {
    return { same: id === session.id, x, called };
  }

  @RpcMethod()
  undecorated(params: unknown, call: RpcCall): unknown {
    return { params, method: call.method, id: call.id, count: arguments.length };
  }

  @RpcMethod()
  nothing(): unknown {
    return 'nothing';
  }

  @RpcMethod()
  defaulted(params: unknown = 'default'): unknown {
    return params;
  }

  @RpcMethod()
  rest(...all: unknown[]): unknown {
    return all.length;
  }

  @RpcMethod('context', { timeoutMs: 60_000 })
  context(@RpcContext() call: RpcContext): unknown {
    const left = (call.deadline?.getTime() ?? 0) - Date.now();
    return {
      id: call.id,
      method: call.method,
      session: call.session.id,
      notification: call.isNotification,
      aborted: call.signal.aborted,
      deadlineNear: left > 50_000 && left <= 60_000,
    };
  }

  @RpcMethod()
  endless(@RpcContext() call: RpcContext): unknown {
    return { deadline: call.deadline ?? 'none' };
  }

  @RpcMethod()
  notified(@RpcContext() call: RpcContext): void {
    call.session.push('seen', { id: call.id ?? 'no id', notification: call.isNotification });
  }
}

@Controller('hybrid')
class HybridController {
  @Get()
  @RpcMethod('hybrid.sum')
  sum(@Query('a') a: string | undefined, @MessageBody('a') fromRpc: number | undefined): unknown {
    return { http: a ?? 'absent', rpc: fromRpc ?? 'absent' };
  }
}

describe('a handler', () => {
  let node: RunningNode;
  let peer: RpcPeer;

  beforeAll(async () => {
    node = await startNode({ providers: [ArgumentsGateway], controllers: [HybridController] });
    peer = await node.connect();
  });

  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
  });

  it('gets the whole params with @MessageBody(), by name or by position', async () => {
    expect(await peer.result('args.whole', { a: 1 })).toEqual({ body: { a: 1 } });
    expect(await peer.result('args.whole', [1, 2])).toEqual({ body: [1, 2] });
    expect(await peer.result('args.whole')).toEqual({});
  });

  it('gets a member with @MessageBody(name)', async () => {
    expect(await peer.result('args.member', { a: 0, b: false })).toEqual({ a: 0, b: false });
    expect(await peer.result('args.member', { b: 'b' })).toEqual({ a: 'absent', b: 'b' });
    expect(await peer.result('args.member', [1, 2])).toEqual({ a: 'absent', b: 'absent' });
    expect(await peer.result('args.member')).toEqual({ a: 'absent', b: 'absent' });
  });

  it('gets an element by its index', async () => {
    expect(await peer.result('args.index', ['x', 'y'])).toEqual(['x', 'y']);
  });

  it('gets nothing of what every object inherits', async () => {
    expect(await peer.result('args.inherited', { a: 1 })).toEqual(['undefined', 'undefined', 'undefined']);
    expect(await peer.result('args.inherited')).toEqual(['undefined', 'undefined', 'undefined']);
  });

  it('gets members through the pipes that are named with them', async () => {
    expect(await peer.result('args.piped', { n: '42', s: ' a ', t: ' b ' })).toEqual({ n: 42, s: 'a:s', t: 'b:t' });
    expect((await peer.request('args.piped', { n: 'x', s: '', t: '' })).error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
  });

  it('gets its session with @ConnectedSocket()', async () => {
    const [session] = node.app.get(HubService).find({ kind: 'all' });
    expect(await peer.result('args.socket')).toEqual({ id: session?.id, isSession: true });
  });

  it('gets what decorators of the application make, in any order', async () => {
    expect(await peer.result('args.mixed', { x: 7 })).toEqual({ same: true, x: 7, called: 'called args.mixed' });
  });

  it('gets params and call if nothing is decorated', async () => {
    const response = await peer.request('args.undecorated', { a: 1 }, 77);
    expect(response.result).toEqual({ params: { a: 1 }, method: 'args.undecorated', id: 77, count: 2 });
    expect(await peer.result('args.nothing', { a: 1 })).toBe('nothing');
    expect(await peer.result('args.defaulted')).toBe('default');
    expect(await peer.result('args.rest', [1, 2, 3])).toBe(2);
  });

  it('gets id, method, session, signal and deadline with @RpcContext()', async () => {
    const [session] = node.app.get(HubService).find({ kind: 'all' });
    const response = await peer.request('args.context', undefined, 'call-1');
    const expected = {
      id: 'call-1',
      method: 'args.context',
      session: session?.id,
      notification: false,
      aborted: false,
      deadlineNear: true,
    };
    expect(response.result).toEqual(expected);
    expect(await peer.result('args.endless')).toEqual({ deadline: 'none' });
  });

  it.each([0, -1, 1.5, '', 'text', null])('gets the id %p as it was sent', async (id) => {
    const response = await peer.request('args.undecorated', undefined, id as string);
    expect(response).toMatchObject({ id, result: { id } });
  });

  it('gets no id for a notification', async () => {
    peer.notify('args.notified');
    expect((await peer.push('seen')).params).toEqual({ id: 'no id', notification: true });
  });

  it('may serve HTTP as well, each with its own arguments', async () => {
    expect(await peer.result('hybrid.sum', { a: 5 })).toEqual({ http: 'absent', rpc: 5 });
    const http = (await (await fetch(`http://127.0.0.1:${node.port}/hybrid?a=1`)).json()) as { http: string };
    expect(http.http).toBe('1');
  });
});
