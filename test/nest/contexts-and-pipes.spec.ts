/** What contexts and pipes are, on both ways on which handlers are called. */
import { Body, Controller, Injectable, Post, UseGuards, UseInterceptors, UsePipes, createParamDecorator } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor, PipeTransform } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { Test } from '@nestjs/testing';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { RealtimeModule, RpcError, RpcGateway, RpcMethod, Session, rpcCallOf } from 'nestjs-realtime';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Observable } from 'rxjs';
import { map, tap } from 'rxjs';
import { RpcPeer } from '../support/rpc-peer.js';
import { TWO_WAYS } from './two-ways.js';

const journal: string[] = [];

const contexts: ExecutionContext[] = [];

class ContextGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    contexts.push(context);
    context.getArgs<unknown[]>()[1] = { by: 'guard' };
    return true;
  }
}

class ContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    contexts.push(context);
    context.getArgs<unknown[]>()[1] = { by: 'interceptor' };
    return next.handle();
  }
}

const Context = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  contexts.push(context);
  return 'decorated';
});
const Late = createParamDecorator(async (data: string) => {
  await new Promise((resolve) => setImmediate(resolve));
  return `late ${data}`;
});

/** Writes down that it ran, and takes its time if it is told so. */
function step(name: string, isAsync = false): PipeTransform {
  return {
    transform: (value, { type, data, metatype }) => {
      journal.push(`${name} ${type} ${data ?? '-'} ${metatype?.name ?? '-'}`);
      if (value === 'bad') throw new RpcError(4030, name);
      return isAsync ? Promise.resolve(`${value} ${name}`) : `${value} ${name}`;
    },
  };
}

@RpcGateway()
class ContextGateway {
  @RpcMethod()
  @UseGuards(ContextGuard)
  @UseInterceptors(ContextInterceptor)
  context(@MessageBody() body: unknown, @Context() decorated: string, @Context() again: string): unknown {
    return { body, decorated, again };
  }

  @RpcMethod()
  piped(@MessageBody('a', step('a1'), step('a2')) a: string, @ConnectedSocket() session: Session): unknown {
    return { a, isSession: session instanceof Session };
  }

  @RpcMethod()
  pipedLate(@MessageBody('a', step('a1', true), step('a2')) a: string): unknown {
    return { a };
  }

  @RpcMethod()
  late(@Late('one') one: string, @MessageBody('a') a: string, @Late('two') two: string): unknown {
    return [one, a, two];
  }

  @RpcMethod()
  lateAlone(@MessageBody('a') a: string, @Late('one') one: string): unknown {
    return [a, one];
  }
}

@Controller()
class SeveralController {
  @Post('several')
  @RpcMethod('several')
  @UsePipes(step('all'))
  several(@Body('a', step('a1'), step('a2')) a: string, @Body('b', step('b1', true), step('b2')) b: string): unknown {
    return { a, b };
  }
}

describe.each(TWO_WAYS)('a context %s', (_way, start) => {
  beforeEach(() => {
    contexts.length = 0;
  });

  it('is one of Nest’s own, another one for each kind of enhancer, over the arguments of the call', async () => {
    await using node = await start({ providers: [ContextGateway] });
    await using peer = await node.connect();
    const { result } = await peer.request('context', { by: 'peer' }, 'the id');
    expect(result).toEqual({ body: { by: 'guard' }, decorated: 'decorated', again: 'decorated' });
    const [guard, interceptor, first, second] = contexts as [ExecutionContext, ExecutionContext, ExecutionContext, ExecutionContext];
    expect(new Set(contexts).size).toBe(4);
    for (const context of contexts) {
      expect(context).toBeInstanceOf(ExecutionContextHost);
      expect(context.getType()).toBe('ws');
      expect(context.getClass()).toBe(ContextGateway);
      expect(context.getHandler()).toBe(ContextGateway.prototype.context);
      expect(context.getArgs()).toHaveLength(4);
      expect(context.getArgByIndex(0)).toBeInstanceOf(Session);
      expect(context.switchToWs().getClient()).toBe(context.getArgByIndex(0));
      expect(context.switchToWs().getPattern()).toBe('context');
      expect(rpcCallOf(context).id).toBe('the id');
    }
    expect(guard.getArgs()).toBe(interceptor.getArgs());
    expect(interceptor.switchToWs().getData()).toEqual({ by: 'interceptor' });
    for (const context of [first, second]) expect(context.switchToWs().getData()).toEqual({ by: 'guard' });
  });
});

describe.each(TWO_WAYS)('pipes %s', (_way, start) => {
  beforeEach(() => {
    journal.length = 0;
  });

  it('run one after the other, and know what they are for', async () => {
    await using node = await start({ providers: [ContextGateway] });
    await using peer = await node.connect();
    expect(await peer.result('piped', { a: 'x' })).toEqual({ a: 'x a1 a2', isSession: true });
    expect(await peer.result('pipedLate', { a: 'x' })).toEqual({ a: 'x a1 a2' });
    expect(journal).toEqual(['a1 body a String', 'a2 body a String', 'a1 body a String', 'a2 body a String']);
    expect((await peer.request('piped', { a: 'bad' })).error).toEqual({ code: 4030, message: 'a1' });
    expect((await peer.request('pipedLate', { a: 'bad' })).error).toEqual({ code: 4030, message: 'a1' });
  });

  it('of several parameters run in the order in which they run over HTTP', async () => {
    await using node = await start({ controllers: [SeveralController] });
    await using peer = await node.connect();
    const params = { a: 'x', b: 'y' };
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${node.port}/several`, { method: 'POST', headers, body: JSON.stringify(params) });
    expect(await response.json()).toEqual({ a: 'x all a1 a2', b: 'y all b1 b2' });
    const http = journal.splice(0);
    expect(await peer.result('several', params)).toEqual({ a: 'x all a1 a2', b: 'y all b1 b2' });
    expect(journal).toEqual(http);
    expect(journal.map((line) => line.split(' ')[0])).toEqual(['all', 'all', 'b1', 'a1', 'b2', 'a2']);
    expect((await peer.request('several', { a: 'bad', b: 'bad' })).error).toEqual({ code: 4030, message: 'all' });
  });

  it('wait for decorators that take their time', async () => {
    await using node = await start({ providers: [ContextGateway] });
    await using peer = await node.connect();
    expect(await peer.result('late', { a: 'x' })).toEqual(['late one', 'x', 'late two']);
    expect(await peer.result('lateAlone', { a: 'x' })).toEqual(['x', 'late one']);
  });
});

describe.each(TWO_WAYS)('enhancers %s', (way, start) => {
  it('are called by whom the way says', async () => {
    let stack = '';
    class StackGuard implements CanActivate {
      canActivate(): boolean {
        stack = new Error('here').stack ?? '';
        return true;
      }
    }
    @RpcGateway()
    class StackGateway {
      @RpcMethod()
      @UseGuards(StackGuard)
      work(): string {
        return 'done';
      }
    }
    await using node = await start({ providers: [StackGateway] });
    await using peer = await node.connect();
    expect(await peer.result('work')).toBe('done');
    expect(stack.includes('GuardsConsumer')).toBe(way !== 'on the short way');
  });

  it('serve HTTP and RPC with one object', async () => {
    @Injectable()
    class CountingInterceptor implements NestInterceptor {
      private count = 0;

      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const count = ++this.count;
        return next.handle().pipe(map((value: unknown) => ({ value, count, type: context.getType() })));
      }
    }
    @Controller()
    @UseInterceptors(CountingInterceptor)
    class BothController {
      @Post('both')
      @RpcMethod('both')
      both(): string {
        return 'done';
      }
    }
    await using node = await start({ controllers: [BothController] });
    await using peer = await node.connect();
    expect(await peer.result('both')).toEqual({ value: 'done', count: 1, type: 'ws' });
    const response = await fetch(`http://127.0.0.1:${node.port}/both`, { method: 'POST' });
    expect(await response.json()).toEqual({ value: 'done', count: 2, type: 'http' });
    expect(await peer.result('both')).toEqual({ value: 'done', count: 3, type: 'ws' });
  });
});

it('an interceptor can be replaced in a testing module', async () => {
  class StampInterceptor implements NestInterceptor {
    intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
      return next.handle().pipe(map(() => 'stamped'));
    }
  }
  const seen: unknown[] = [];
  @RpcGateway()
  class StampGateway {
    @RpcMethod()
    @UseInterceptors(StampInterceptor)
    work(): string {
      return 'done';
    }
  }
  const testing = await Test.createTestingModule({ imports: [RealtimeModule.forRoot({})], providers: [StampGateway] })
    .overrideInterceptor(StampInterceptor)
    .useValue({ intercept: (_context: ExecutionContext, next: CallHandler) => next.handle().pipe(tap((value) => seen.push(value))) })
    .compile();
  const app = testing.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  try {
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/ws`);
    expect(await peer.result('work')).toBe('done');
    expect(seen).toEqual(['done']);
  } finally {
    await app.close();
  }
});
