/** What exception filters can do to the answer of a call, and what they see. */
import {
  ArgumentsHost,
  Catch,
  ForbiddenException,
  HttpException,
  NotFoundException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import type { CallHandler, ExceptionFilter, ExecutionContext, LoggerService, NestInterceptor } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { WsException } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { RpcError, RpcGateway, RpcMethod, Session, rpcCallOf } from 'nestjs-realtime';
import { EMPTY, of, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { startNode } from '../support/start-node.js';

class Broken extends Error {}

/** A filter that does what it is told. */
function filterThat(act: (error: unknown, host: ArgumentsHost) => unknown): ExceptionFilter {
  @Catch()
  class ActingFilter implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost): unknown {
      return act(error, host);
    }
  }
  return new ActingFilter();
}

function gatewayWith(act: (error: unknown, host: ArgumentsHost) => unknown): new () => object {
  @RpcGateway()
  @UseFilters(filterThat(act))
  class FilteredGateway {
    @RpcMethod()
    fail(): void {
      throw new Broken('broken');
    }

    @RpcMethod()
    async failLater(): Promise<void> {
      throw new Broken('broken');
    }

    @RpcMethod()
    failInStream(): Observable<never> {
      return throwError(() => new Broken('broken'));
    }
  }
  return FilteredGateway;
}

describe('what a filter does with an error', () => {
  const cases: [string, (error: unknown) => unknown, object][] = [
    [
      'throws an RpcError',
      () => {
        throw new RpcError(1234, 'mine', { reason: 'Mine', data: [1] });
      },
      { error: { code: 1234, message: 'mine', reason: 'Mine', data: [1] } },
    ],
    [
      'throws an HttpException',
      () => {
        throw new NotFoundException('gone');
      },
      { error: { code: -32004, message: 'gone', reason: 'NotFound' } },
    ],
    [
      'throws something else',
      () => {
        throw new Error('secret');
      },
      { error: { code: -32603, reason: 'InternalError' } },
    ],
    ['rejects', async () => Promise.reject(new RpcError(1234, 'later')), { error: { code: 1234, message: 'later' } }],
    ['returns an error', () => new RpcError(1234, 'returned'), { error: { code: 1234, message: 'returned' } }],
    ['returns a WsException', () => new WsException({ status: 409, message: 'twice' }), { error: { code: -32009, message: 'twice' } }],
    [
      'returns an Observable of an error',
      () => throwError(() => new RpcError(1234, 'observed')),
      { error: { code: 1234, message: 'observed' } },
    ],
    ['returns a value', () => ({ recovered: true }), { result: { recovered: true } }],
    ['returns null', () => null, { result: null }],
    ['promises a value', async () => 'recovered', { result: 'recovered' }],
    ['returns an Observable of values', () => of(1, 2), { result: 2 }],
    ['returns nothing', () => undefined, { error: { code: -32603, reason: 'InternalError' } }],
    ['returns an empty Observable', () => EMPTY, { error: { code: -32603, reason: 'InternalError' } }],
  ];

  it.each(cases)('decides the answer: it %s', async (_what, act, expected) => {
    await using node = await startNode({ providers: [gatewayWith(act)] });
    await using peer = await node.connect();
    for (const method of ['fail', 'failLater', 'failInStream']) {
      const response = await peer.request(method);
      expect(response).toMatchObject(expected);
      expect(JSON.stringify(response)).not.toContain('secret');
    }
  });

  it('is not answered to a notification', async () => {
    await using node = await startNode({ providers: [gatewayWith(() => ({ recovered: true }))] });
    await using peer = await node.connect();
    peer.notify('fail');
    await peer.settled();
    expect(peer.frames).toHaveLength(1);
  });
});

describe('a filter sees', () => {
  it('session, params, name and call', async () => {
    const seen: unknown[] = [];
    const gateway = gatewayWith((error, host) => {
      const ws = host.switchToWs();
      const call = rpcCallOf(host as ExecutionContext);
      seen.push(
        error instanceof Broken,
        host.getType(),
        ws.getClient<Session>() instanceof Session,
        ws.getData(),
        ws.getPattern(),
        call.id,
      );
      return null;
    });
    await using node = await startNode({ providers: [gateway] });
    await using peer = await node.connect();
    await peer.request('fail', { a: 1 }, 'id-1');
    expect(seen).toEqual([true, 'ws', true, { a: 1 }, 'fail', 'id-1']);
  });

  class Dto {
    @IsString()
    text!: string;
  }

  class Boom implements NestInterceptor {
    intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
      return (next.handle(), throwError(() => new Broken('interceptor')));
    }
  }

  it('errors of guards, pipes, interceptors and validation, wherever they arise', async () => {
    const seen: string[] = [];
    @RpcGateway('g')
    class Gateway {
      @RpcMethod()
      @UseGuards({ canActivate: () => false })
      refused(): void {}

      @RpcMethod()
      @UseGuards({
        canActivate: () => {
          throw new ForbiddenException('not you');
        },
      })
      thrown(): void {}

      @RpcMethod()
      @UsePipes({
        transform: () => {
          throw new Broken('pipe');
        },
      })
      piped(_body: unknown): void {}

      @RpcMethod()
      @UseInterceptors(Boom)
      intercepted(): void {}

      @RpcMethod()
      validated(_dto: Dto): void {}
    }
    const providers = [
      Gateway,
      { provide: APP_FILTER, useValue: filterThat((error) => void seen.push((error as Error).constructor.name)) },
    ];
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    const codes: unknown[] = [];
    for (const method of ['refused', 'thrown', 'piped', 'intercepted', 'validated'])
      codes.push((await peer.request(`g.${method}`, {})).error?.code);
    expect(seen).toEqual(['ForbiddenException', 'ForbiddenException', 'Broken', 'Broken', 'RpcError']);
    expect(codes).toEqual([-32003, -32003, -32603, -32603, -32602]);
  });
});

it('a filter for one kind of error leaves the others alone', async () => {
  @Catch(HttpException)
  class HttpFilter implements ExceptionFilter {
    catch(): string {
      return 'caught';
    }
  }
  @RpcGateway()
  class Gateway {
    @RpcMethod()
    fail(params: { http: boolean }): void {
      throw params.http ? new ForbiddenException() : new RpcError(7, 'seven');
    }
  }
  await using node = await startNode({ providers: [Gateway, { provide: APP_FILTER, useClass: HttpFilter }] });
  await using peer = await node.connect();
  expect(await peer.result('fail', { http: true })).toBe('caught');
  expect((await peer.request('fail', { http: false })).error).toEqual({ code: 7, message: 'seven' });
});

it('errors that clients make are not logged as errors; faults are, with the id that the peer was told', async () => {
  const lines: string[] = [];
  const ignore = (): void => undefined;
  const logger: LoggerService = {
    log: ignore,
    warn: ignore,
    debug: ignore,
    verbose: ignore,
    error: (line: unknown) => void lines.push(String(line)),
  };
  @RpcGateway()
  class Gateway {
    @RpcMethod()
    client(): void {
      throw new NotFoundException('no such thing');
    }

    @RpcMethod()
    fault(): void {
      throw new Error('secret of the database');
    }
  }
  await using node = await startNode({ providers: [Gateway], logger });
  await using peer = await node.connect();
  expect((await peer.request('client')).error?.code).toBe(-32004);
  expect(lines).toEqual([]);
  const { error } = await peer.request('fault');
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain((error?.data as { errorId: string }).errorId);
});
