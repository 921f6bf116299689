/** What a team decides before a session opens. */
import { ForbiddenException, HttpException, Injectable, UnauthorizedException, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext, LoggerService } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { AdmissionDecision, AdmissionPolicy, OpeningRequest, RealtimeOptions } from 'nestjs-realtime';
import { RpcError } from 'nestjs-realtime';
import { of } from 'rxjs';
import { staticAuth } from '../auth/accounts.js';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { Rejections } from './rejections.js';

const start = (options: RealtimeOptions, logger: LoggerService | false = false): Promise<RunningNode> =>
  startNode({ providers: [PeopleGateway], options, logger });

describe('admission', () => {
  it.each<[string, AdmissionDecision]>([
    ['nothing', undefined],
    ['true', true],
  ])('lets in with %s', async (_what, decision) => {
    await using node = await start({ admission: () => decision });
    await using peer = await node.connect();
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it.each<[string, AdmissionDecision, number, string, string]>([
    ['false', false, 403, 'PermissionDenied', 'Permission denied'],
    ['401', { status: 401, reason: 'NoBadge', message: 'Show your badge' }, 401, 'NoBadge', 'Show your badge'],
    ['403', { status: 403, reason: 'Banned' }, 403, 'Banned', 'Permission denied'],
    ['429', { status: 429 }, 429, 'TooManyRequests', 'Too many requests'],
    ['503', { status: 503, message: 'Come back later' }, 503, 'ServiceUnavailable', 'Come back later'],
    ['a status that makes no sense', { status: 200 as 403 }, 403, 'PermissionDenied', 'Permission denied'],
  ])('refuses with %s', async (_what, decision, status, reason, message) => {
    const rejections = new Rejections();
    await using node = await start({ admission: () => Promise.resolve(decision), observers: [rejections] });
    const response = await rawUpgrade(node.port);
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toEqual({ status, reason, message });
    expect([response.headers['www-authenticate'], response.headers['retry-after']]).toEqual([
      status === 401 ? 'Bearer' : undefined,
      status === 429 || status === 503 ? '5' : undefined,
    ]);
    expect(rejections.facts).toEqual([{ status, reason: 'AdmissionRefused', address: '127.0.0.1' }]);
    expect(node.app.get(PeopleGateway).sessions).toEqual([]);
  });

  it('can be a provider, and sees the opening request', async () => {
    @Injectable()
    class Doors implements AdmissionPolicy {
      readonly seen: OpeningRequest[] = [];

      admit(opening: OpeningRequest): AdmissionDecision {
        this.seen.push(opening);
        return opening.params['tenant'] === 'acme' ? undefined : { status: 403 };
      }
    }
    await using node = await startNode({ providers: [Doors], options: { admission: Doors, path: '/t/:tenant' } });
    await using peer = await node.connect('/t/acme?v=1');
    await peer.settled();
    expect((await rawUpgrade(node.port, '/t/other')).status).toBe(403);
    expect(node.app.get(Doors).seen[0]).toMatchObject({ path: '/t/acme', endpoint: '/t/:tenant', search: 'v=1', address: '127.0.0.1' });
  });

  it('names in the log a status that is none of its own', async () => {
    const logger = new CollectingLogger();
    await using node = await start({ admission: () => ({ status: 404 as 403 }) }, logger);
    expect((await rawUpgrade(node.port)).status).toBe(403);
    expect(logger.errors).toEqual([expect.stringMatching(/status 404, which is none of 401, 403, 429, 503/)]);
  });

  it.each<[string, Error, number]>([
    ['an HttpException with a status that HTTP has not', new HttpException('secret words', 600), 500],
    ['an HttpException', new UnauthorizedException('Badge is over'), 401],
    ['an RpcError', RpcError.of('PermissionDenied', 'Not you'), 403],
    ['anything else', new Error('secret words'), 500],
    // Some code throws what is no error at all.
    ['a text', 'secret words' as unknown as Error, 500],
  ])('that throws %s', async (_what, thrown, status) => {
    const admission = (): Promise<never> => Promise.reject(thrown);
    await using node = await start({ admission });
    const response = await rawUpgrade(node.port);
    expect(response.status).toBe(status);
    expect(response.body).not.toContain('secret');
  });

  it('that never answers is 503 in time, and its place is free again', async () => {
    let silent = true;
    const admission = (): Promise<undefined> => (silent ? new Promise(() => undefined) : Promise.resolve(undefined));
    const rejections = new Rejections();
    const limits = { connections: { total: 1 } };
    await using node = await start({ admission, admissionTimeoutMs: 50, limits, observers: [rejections] });
    expect((await rawUpgrade(node.port)).status).toBe(503);
    expect(rejections.reasons).toEqual(['TimedOut']);
    silent = false;
    await using peer = await node.connect();
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it('does not keep a node from shutting down', async () => {
    let asked = 0;
    const admission = (): Promise<never> => {
      asked++;
      return new Promise(() => undefined);
    };
    const node = await start({ admission, admissionTimeoutMs: 60_000 });
    const waiting = rawUpgrade(node.port);
    await eventually(() => expect(asked).toBe(1));
    await node.app.close();
    expect((await waiting).status).toBe(503);
  });
});

describe('connectGuards', () => {
  @Injectable()
  class DoorGuard implements CanActivate {
    constructor(private readonly reflector: Reflector) {}

    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<IncomingMessage & { query: Record<string, string> }>();
      context.switchToHttp().getResponse<{ setHeader(name: string, value: string): void }>().setHeader('x-seen', '1');
      if (this.reflector.get('closed', context.getHandler())) return false;
      return context.getType() === 'http' && request.headers['x-key'] === 'k' && request.query['v'] === '1';
    }
  }

  const always = (answer: ReturnType<CanActivate['canActivate']>): CanActivate => ({ canActivate: () => answer });

  it('see an HTTP request, and let in or refuse with 403', async () => {
    const rejections = new Rejections();
    await using node = await start({ connectGuards: [DoorGuard], observers: [rejections] });
    await using peer = await RpcPeer.connect(node.url('/ws?v=1'), { headers: { 'x-key': 'k' } });
    expect(await peer.result('echo', [1])).toEqual([1]);
    expect((await rawUpgrade(node.port, '/ws?v=1')).status).toBe(403);
    expect((await rawUpgrade(node.port, '/ws', { 'X-Key': 'k' })).status).toBe(403);
    expect(rejections.reasons).toEqual(['GuardRefused', 'GuardRefused']);
    expect(rejections.opening).toBe(1);
  });

  it('run in order, also as promises and Observables, until one says no', async () => {
    const asked: string[] = [];
    const counting = (name: string, answer: ReturnType<CanActivate['canActivate']>): CanActivate => ({
      canActivate: () => {
        asked.push(name);
        return answer;
      },
    });
    const connectGuards = [counting('a', of(true)), counting('b', Promise.resolve(true)), counting('c', of(false)), counting('d', true)];
    await using node = await start({ connectGuards });
    expect((await rawUpgrade(node.port)).status).toBe(403);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('see who the token made the peer', async () => {
    const users: unknown[] = [];
    const guard: CanActivate = {
      canActivate: (context) => {
        users.push(context.switchToHttp().getRequest<{ user?: { userId: string } }>().user?.userId);
        return true;
      },
    };
    await using node = await start({ connectGuards: [guard], auth: staticAuth() });
    await using peer = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer alice-token' } });
    await using other = await node.connect();
    await Promise.all([peer.settled(), other.settled()]);
    expect(users).toEqual(['alice', undefined]);
  });

  it.each<[string, Error, number]>([
    ['an HttpException', new ForbiddenException('Closed on Sundays'), 403],
    ['anything else', new Error('secret words'), 500],
  ])('that throw %s', async (_what, thrown, status) => {
    const guard: CanActivate = { canActivate: () => Promise.reject(thrown) };
    await using node = await start({ connectGuards: [guard] });
    const response = await rawUpgrade(node.port);
    expect(response.status).toBe(status);
    expect(response.body).not.toContain('secret');
  });

  it('are not those of methods', async () => {
    class Guarded {
      handleConnection(): void {}
    }
    UseGuards(always(false))(Guarded);
    await using node = await start({ connectGuards: [always(true)] });
    await using peer = await node.connect();
    expect(await peer.result('echo', [1])).toEqual([1]);
  });
});
