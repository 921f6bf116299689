/** What a handler may return: a value, a promise or an Observable. */
import { Readable } from 'node:stream';
import { UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { RawJson, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { EMPTY, NEVER, Observable, Subject, concat, defer, delay, map, of, throwError, timeout } from 'rxjs';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import type { RpcPeer } from '../support/rpc-peer.js';

class Passing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => [value]));
  }
}

class Emptying implements NestInterceptor {
  intercept(): Observable<unknown> {
    return EMPTY;
  }
}

class Streaming implements NestInterceptor {
  intercept(): Observable<unknown> {
    return of(1, 2, 3).pipe(delay(1));
  }
}

/** Promise-like objects, as some database clients return: `then` gives nothing back, and there is no `catch`. */
const thenable = {
  then(resolve: (value: string) => void): void {
    resolve('from a thenable');
  },
};
const lateThenable = {
  then(resolve: (value: string) => void): void {
    setImmediate(() => resolve('from a late thenable'));
  },
};
const failingThenable = {
  then(_resolve: unknown, reject: (reason: unknown) => void): void {
    setImmediate(() => reject(new RpcError(4711, 'mapped')));
  },
};
const hidden = Object.assign(Object.create({ inherited: 1 }) as object, { own: 1, gone: undefined, act: () => 1 });

const values: Record<string, () => unknown> = {
  value: () => 1,
  zero: () => 0,
  empty: () => '',
  no: () => false,
  nil: () => null,
  nothing: () => undefined,
  promise: async () => 'later',
  promiseOfNothing: async () => undefined,
  promiseOfPromise: async () => Promise.resolve('much later'),
  thenable: () => thenable,
  lateThenable: () => lateThenable,
  promiseOfThenable: async () => lateThenable,
  date: () => new Date(0),
  partial: () => hidden,
  raw: () => RawJson.encode({ raw: true }),
  list: () => [undefined, 1],
  one: () => of('only'),
  last: () => of(1, 2, 3),
  async: () => of(1, 2).pipe(delay(2)),
  emptyStream: () => EMPTY,
  streamOfNothing: () => of(1, undefined),
  promiseOfStream: async () => of(1, 'last'),
  deferred: () => defer(async () => 'deferred'),
};

const answers: Record<string, unknown> = {
  value: 1,
  zero: 0,
  empty: '',
  no: false,
  nil: null,
  nothing: null,
  promise: 'later',
  promiseOfNothing: null,
  promiseOfPromise: 'much later',
  thenable: 'from a thenable',
  lateThenable: 'from a late thenable',
  promiseOfThenable: 'from a late thenable',
  date: '1970-01-01T00:00:00.000Z',
  partial: { own: 1 },
  raw: { raw: true },
  list: [null, 1],
  one: 'only',
  last: 3,
  async: 2,
  emptyStream: null,
  streamOfNothing: null,
  promiseOfStream: 'last',
  deferred: 'deferred',
};

const faults: Record<string, () => unknown> = {
  throws: () => {
    throw new RpcError(4711, 'mapped');
  },
  rejects: async () => Promise.reject(new RpcError(4711, 'mapped')),
  thenableFails: () => failingThenable,
  streamFails: () =>
    concat(
      of(1),
      throwError(() => new RpcError(4711, 'mapped')),
    ),
  streamFailsLate: () =>
    concat(
      of(1).pipe(delay(2)),
      throwError(() => new RpcError(4711, 'mapped')),
    ),
  promiseOfFailure: async () => throwError(() => new RpcError(4711, 'mapped')),
};

const unprintable: Record<string, () => unknown> = {
  bigint: () => 1n,
  cycle: () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return cycle;
  },
  badJson: () => ({
    toJSON: () => {
      throw new Error('cannot be written');
    },
  }),
  streamOfBigint: () => of(1, 2n),
  throwsNothing: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever an application throws must be survived
    throw undefined;
  },
  throwsText: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- see above
    throw 'text';
  },
  streamTimesOut: () => NEVER.pipe(timeout(5)),
};

/** What JSON would write as `{}`, or as the inside of something. */
const lost: Record<string, () => unknown> = {
  map: () => new Map([['a', 1]]),
  set: async () => new Set([1]),
  generator: function* () {
    yield 1;
  },
  asyncGenerator: async function* () {
    yield 1;
  },
  stream: () => Readable.from(['a']),
  anError: () => new Error('returned and not thrown'),
  aFunction: () => () => 1,
  streamOfMap: () => of(1, new Map()),
};

@RpcGateway()
class ResultGateway {
  @RpcMethod()
  give(params: { what: string }): unknown {
    return ({ ...values, ...faults, ...unprintable, ...lost }[params.what] as () => unknown)();
  }

  @RpcMethod()
  @UseInterceptors(Passing)
  wrapped(params: { what: string }): unknown {
    return ({ ...values, ...faults, ...unprintable, ...lost }[params.what] as () => unknown)();
  }

  @RpcMethod()
  @UseInterceptors(Emptying)
  emptied(): string {
    return 'lost';
  }

  @RpcMethod()
  @UseInterceptors(Streaming)
  streamed(): string {
    return 'replaced';
  }

  @RpcMethod()
  selfEnding(): Observable<number> {
    const subject = new Subject<number>();
    setImmediate(() => {
      subject.next(1);
      subject.next(2);
      subject.complete();
    });
    return subject;
  }
}

describe('the result of a handler', () => {
  let node: RunningNode;
  let peer: RpcPeer;

  beforeAll(async () => {
    node = await startNode({ providers: [ResultGateway] });
    peer = await node.connect();
  });

  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
  });

  it.each(Object.keys(values))('is what it stands for: %s', async (what) => {
    const response = await peer.request('give', { what });
    expect(response).toEqual({ jsonrpc: '2.0', id: response.id, result: answers[what] });
  });

  it.each(['value', 'promise', 'lateThenable', 'one', 'async', 'promiseOfStream'])('goes through interceptors: %s', async (what) => {
    expect(await peer.result('wrapped', { what })).toEqual([answers[what]]);
  });

  it('is null if an interceptor takes everything away, and its last value if it makes several', async () => {
    expect(await peer.result('emptied')).toBeNull();
    expect(await peer.result('streamed')).toBe(3);
    expect(await peer.result('selfEnding')).toBe(2);
  });

  it.each(Object.keys(faults))('is an error where the handler fails: %s', async (what) => {
    expect((await peer.request('give', { what })).error).toEqual({ code: 4711, message: 'mapped' });
    expect((await peer.request('wrapped', { what })).error).toEqual({ code: 4711, message: 'mapped' });
  });

  it.each(Object.keys(lost))('is an internal error where JSON would lose what it holds: %s', async (what) => {
    expect(await peer.request('give', { what })).toMatchObject({ error: { code: -32603, reason: 'InternalError' } });
  });

  it.each(Object.keys(unprintable))('is an internal error where nothing can be said: %s', async (what) => {
    for (const method of ['give', 'wrapped']) {
      const { error } = await peer.request(method, { what });
      expect(error).toMatchObject({ code: -32603, reason: 'InternalError', data: { errorId: expect.any(String) } });
    }
  });
});
