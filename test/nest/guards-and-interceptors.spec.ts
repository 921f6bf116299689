/** What guards and interceptors of applications do every day, done on RPC calls. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ClassSerializerInterceptor, Injectable, SetMetadata, UnauthorizedException, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { WsException } from '@nestjs/websockets';
import { Exclude, Expose } from 'class-transformer';
import { RealtimeModule, RpcError, RpcGateway, RpcMethod, Session, rpcCallOf } from 'nestjs-realtime';
import { Observable, catchError, from, map, of, throwError, timeout } from 'rxjs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

const Roles = (...roles: string[]): MethodDecorator => SetMetadata('roles', roles);

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride<string[]>('roles', [context.getHandler(), context.getClass()]);
    return roles.includes(context.switchToWs().getData<{ role: string }>().role);
  }
}

/** Answers as the params say. */
class ObedientGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> | Observable<boolean> {
    const { answer } = context.switchToWs().getData<{ answer: string }>();
    switch (answer) {
      case 'promise yes':
        return Promise.resolve(true);
      case 'promise no':
        return Promise.resolve(false);
      case 'observable yes':
        return of(true);
      case 'observable no':
        return of(false);
      case 'http':
        throw new UnauthorizedException('who are you');
      case 'ws':
        throw new WsException({ status: 409, message: 'not twice' });
      case 'rpc':
        return throwError(() => new RpcError(77, 'mine'));
      default:
        throw new Error('secret');
    }
  }
}

const store = new AsyncLocalStorage<{ id: unknown }>();

class StoreInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { id } = rpcCallOf(context);
    return new Observable((subscriber) => {
      const subscription = store.run({ id }, () => next.handle().subscribe(subscriber));
      return () => subscription.unsubscribe();
    });
  }
}

class CachingInterceptor implements NestInterceptor {
  private readonly cache = new Map<string, unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const key = JSON.stringify(context.switchToWs().getData());
    if (this.cache.has(key)) return of(this.cache.get(key));
    return next.handle().pipe(map((value: unknown) => (this.cache.set(key, value), value)));
  }
}

class RescueInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      timeout(20),
      catchError((error: Error) => (error.message === 'rescue' ? of('rescued') : throwError(() => RpcError.of('Timeout', 'too slow')))),
    );
  }
}

class User {
  @Expose()
  name = 'Ann';

  @Exclude()
  password = 'secret';
}

let worked = 0;

@RpcGateway('daily')
class DailyGateway {
  @RpcMethod()
  @Roles('admin')
  @UseGuards(RolesGuard)
  byRole(): string {
    return 'welcome';
  }

  @RpcMethod()
  @UseGuards(ObedientGuard)
  obey(): string {
    return 'passed';
  }

  @RpcMethod()
  @UseInterceptors(StoreInterceptor)
  async stored(): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return store.getStore()?.id;
  }

  @RpcMethod()
  unstored(): unknown {
    return store.getStore()?.id ?? 'no store';
  }

  @RpcMethod()
  @UseInterceptors(new CachingInterceptor())
  cached(params: { n: number }): unknown {
    worked++;
    return { n: params.n, worked };
  }

  @RpcMethod()
  @UseInterceptors(RescueInterceptor)
  async rescued(params: { slow?: boolean }): Promise<void> {
    if (params.slow) await new Promise(() => undefined);
    throw new Error('rescue');
  }

  @RpcMethod()
  user(): User {
    return new User();
  }

  @RpcMethod()
  users(): Observable<User[]> {
    return from([[new User()]]);
  }
}

describe('a guard', () => {
  it('reads metadata of handler and class, and the params of the call', async () => {
    await using node = await startNode({ providers: [DailyGateway] });
    await using peer = await node.connect();
    expect(await peer.result('daily.byRole', { role: 'admin' })).toBe('welcome');
    expect((await peer.request('daily.byRole', { role: 'user' })).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
  });

  it.each([
    ['promise yes', undefined],
    ['observable yes', undefined],
    ['promise no', { code: -32003 }],
    ['observable no', { code: -32003 }],
    ['http', { code: -32001, message: 'who are you' }],
    ['ws', { code: -32009, message: 'not twice' }],
    ['rpc', { code: 77, message: 'mine' }],
    ['error', { code: -32603, message: 'Internal server error' }],
  ])('may answer in any form: %s', async (answer, error) => {
    await using node = await startNode({ providers: [DailyGateway] });
    await using peer = await node.connect();
    const response = await peer.request('daily.obey', { answer });
    expect(response.result).toBe(error ? undefined : 'passed');
    if (error) expect(response.error).toMatchObject(error);
  });

  it('can be replaced in a testing module', async () => {
    const realtime = RealtimeModule.forRoot({});
    const testing = await Test.createTestingModule({ imports: [realtime], providers: [DailyGateway] })
      .overrideGuard(RolesGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    try {
      await using peer = await RpcPeer.connect(`ws://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/ws`);
      expect(await peer.result('daily.byRole', { role: 'nobody' })).toBe('welcome');
    } finally {
      await app.close();
    }
  });
});

describe('an interceptor', () => {
  it('can run the handler in an asynchronous context, which other calls do not see', async () => {
    await using node = await startNode({ providers: [DailyGateway], options: { limits: { inFlight: 2 } } });
    await using peer = await node.connect();
    const ids = Array.from({ length: 20 }, (_item, index) => `call ${index}`);
    const responses = ids.map((id) => peer.request(id.endsWith('5') ? 'daily.unstored' : 'daily.stored', undefined, id));
    const results = (await Promise.all(responses)).map(({ result }) => result);
    expect(results).toEqual(ids.map((id) => (id.endsWith('5') ? 'no store' : id)));
  });

  it('can answer in place of the handler', async () => {
    await using node = await startNode({ providers: [DailyGateway] });
    await using peer = await node.connect();
    const first = await peer.result('daily.cached', { n: 1 });
    expect(await peer.result('daily.cached', { n: 1 })).toEqual(first);
    expect(await peer.result('daily.cached', { n: 2 })).not.toEqual(first);
  });

  it('can catch errors and set a time limit', async () => {
    await using node = await startNode({ providers: [DailyGateway] });
    await using peer = await node.connect();
    expect(await peer.result('daily.rescued', {})).toBe('rescued');
    expect((await peer.request('daily.rescued', { slow: true })).error).toMatchObject({ code: -32008, message: 'too slow' });
  });

  it('of Nest serialises what handlers return', async () => {
    await using node = await startNode({ providers: [DailyGateway, { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }] });
    await using peer = await node.connect();
    expect(await peer.result('daily.user')).toEqual({ name: 'Ann' });
    expect(await peer.result('daily.users')).toEqual([{ name: 'Ann' }]);
  });

  it('sees the session and the name of the call', async () => {
    const seen: unknown[] = [];
    class Seeing implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const ws = context.switchToWs();
        const names = [context.getType(), context.getClass().name, context.getHandler().name, ws.getPattern()];
        seen.push(...names, ws.getClient<Session>() instanceof Session, ws.getData());
        return next.handle();
      }
    }
    await using node = await startNode({ providers: [DailyGateway, { provide: APP_INTERCEPTOR, useClass: Seeing }] });
    await using peer = await node.connect();
    await peer.result('daily.user', { a: 1 });
    expect(seen).toEqual(['ws', 'DailyGateway', 'user', 'daily.user', true, { a: 1 }]);
  });
});
