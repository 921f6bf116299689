/** App-wide enhancers that wrap, store, replace and refuse what every route of an app answers, around what is the library's own. */
import { Injectable, Scope, SetMetadata, UnauthorizedException } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor, PipeTransform } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { RealtimeHealthModule } from 'nestjs-realtime/terminus';
import type { Observable } from 'rxjs';
import { catchError, map, of, retry, throwError } from 'rxjs';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class PlainGateway {
  @RpcMethod()
  plain(): string {
    return 'plain';
  }
}

const interceptor = (intercept: (context: ExecutionContext, next: CallHandler) => Observable<unknown>): NodeParts['providers'] => [
  PlainGateway,
  { provide: APP_INTERCEPTOR, useValue: { intercept } satisfies NestInterceptor },
];
const wrap = (_context: ExecutionContext, next: CallHandler): Observable<unknown> =>
  next.handle().pipe(map((data: unknown) => ({ success: true, data })));

const ALLOW = { defaultTopicPolicy: 'allow' } as const;
const authenticator = { authenticate: (token: string) => ({ userId: token, platform: 'web' }) };

@Injectable()
class PerCall implements NestInterceptor {
  intercept = wrap;
}

@Injectable()
class Refusing implements PipeTransform {
  transform(): never {
    throw new UnauthorizedException();
  }
}

const WRAPPERS: readonly (readonly [string, NodeParts['providers']])[] = [
  ['wraps', interceptor(wrap)],
  ['empties', interceptor((_context, next) => next.handle().pipe(map(() => undefined)))],
  ['answers errors with values', interceptor((_context, next) => next.handle().pipe(catchError(() => of('fine'))))],
];

describe.each(WRAPPERS)('an app-wide interceptor that %s', (_name, providers) => {
  it('leaves the answers of the library’s own methods as the protocol has them', async () => {
    await using node = await startNode({ providers: providers ?? [], options: { auth: { authenticator }, ...ALLOW } });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
    expect(await peer.result('unsubscribe', { topics: ['t'] })).toEqual({ unsubscribed: ['t'] });
    expect(await peer.result('heartbeat')).toEqual({ status: 'ok', server_time: expect.any(Number) });
    expect(await peer.result('login', { accessToken: 'ada' })).toMatchObject({ userId: 'ada' });
    expect(await peer.result('logout')).toEqual({});
    expect(await peer.request('subscribe', { topics: 7 })).toMatchObject({ error: { code: -32602 } });
  });
});

describe('an app-wide interceptor', () => {
  it('that is made for each call leaves them as well', async () => {
    await using node = await startNode({
      providers: [PlainGateway, { provide: APP_INTERCEPTOR, useClass: PerCall, scope: Scope.REQUEST }],
      options: ALLOW,
    });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
    expect(await peer.result('plain')).toEqual({ success: true, data: 'plain' });
  });

  it('that calls a method again gets the last answer through', async () => {
    let failures = 1;
    const stubborn = {
      authenticate: (token: string) => (failures-- > 0 ? Promise.reject(new Error('down')) : { userId: token, platform: 'web' }),
    };
    const providers =
      interceptor((_context, next) =>
        next.handle().pipe(
          retry(2),
          map(() => 'done'),
        ),
      ) ?? [];
    await using node = await startNode({ providers, options: { auth: { authenticator: stubborn } } });
    await using peer = await node.connect();
    expect(await peer.result('login', { accessToken: 'ada' })).toMatchObject({ userId: 'ada' });
  });

  it('may still refuse a method of the library’s, with an error of its own', async () => {
    const providers = interceptor((context, next) =>
      context.getArgs<[unknown, unknown, RpcCall]>()[2].method === 'subscribe'
        ? throwError(() => new UnauthorizedException('not now'))
        : next.handle(),
    );
    await using node = await startNode({ providers: providers ?? [] });
    await using peer = await node.connect();
    expect(await peer.request('subscribe', { topics: ['t'] })).toMatchObject({ error: { code: -32001, message: 'not now' } });
    expect(node.hub.stats().topics).toBe(0);
  });

  it('that answers in the place of one is a fault which the log names', async () => {
    const logger = new CollectingLogger();
    await using node = await startNode({ providers: interceptor(() => of({ subscribed: ['t'] })) ?? [], logger });
    await using peer = await node.connect();
    expect(await peer.request('subscribe', { topics: ['t'] })).toMatchObject({ error: { code: -32603 } });
    expect(logger.errors.join('\n')).toContain('An interceptor did not call subscribe');
    expect(node.hub.stats().topics).toBe(0);
  });
});

describe('an app-wide pipe', () => {
  it('does not get the params of the library’s own methods', async () => {
    const upper: PipeTransform = { transform: (value: unknown) => JSON.parse(JSON.stringify(value ?? null).toUpperCase()) as unknown };
    await using node = await startNode({ providers: [PlainGateway, { provide: APP_PIPE, useValue: upper }], options: ALLOW });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['lower'] })).toEqual({ subscribed: ['lower'] });
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it('that is made for each call does not either', async () => {
    const pipe = { provide: APP_PIPE, useClass: Refusing, scope: Scope.REQUEST };
    await using node = await startNode({ providers: [PlainGateway, pipe], options: ALLOW });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['lower'] })).toEqual({ subscribed: ['lower'] });
  });
});

const PUBLIC = 'isPublic';

@Injectable()
class TokenGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    throw new UnauthorizedException();
  }
}

describe.each([
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter() }],
] as readonly (readonly [string, NodeParts])[])('probes and metrics on %s', (_name, parts) => {
  const decorators = [SetMetadata(PUBLIC, true)];
  it('are what they are behind an interceptor that wraps everything and a guard that lets nobody in who is not told to', async () => {
    await using node = await startNode({
      ...parts,
      providers: [...(interceptor(wrap) ?? []), { provide: APP_GUARD, useClass: TokenGuard }],
      imports: [RealtimeHealthModule.forRoot({ decorators }), RealtimePrometheusModule.forRoot({ decorators, defaultMetrics: false })],
    });
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${node.port}${path}`);
    for (const path of ['/healthz', '/readyz']) {
      const response = await ask(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')]);
      expect(await response.json()).toMatchObject({ status: 'ok', state: 'running', sessions: 0 });
    }
    const metrics = await ask('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toContain('\nrealtime_connections_current 0\n');
  });

  it('are refused by a guard that nobody told', async () => {
    await using node = await startNode({
      ...parts,
      providers: [{ provide: APP_GUARD, useClass: TokenGuard }],
      imports: [RealtimeHealthModule.forRoot()],
    });
    expect((await fetch(`http://127.0.0.1:${node.port}/healthz`)).status).toBe(401);
  });
});
