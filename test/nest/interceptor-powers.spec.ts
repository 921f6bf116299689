/** Whatever an interceptor may do with a handler it may do here, on both ways on which handlers are called. */
import { UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { Observable } from 'rxjs';
import { catchError, from, map, of } from 'rxjs';
import { POWERS, here, journal, store } from './powers.js';
import type { Power } from './powers.js';
import { TWO_WAYS } from './two-ways.js';

let failures = 0;

/** Does what the params say. */
class PowerfulInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { power } = context.switchToWs().getData<{ power: string }>();
    return (POWERS[power] as Power)(next) as Observable<unknown>;
  }
}

/** Stands around the other one and shows what came out of it. */
class OuterInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    journal.push('outer');
    return next.handle().pipe(
      map((value) => ({ outer: value })),
      catchError((error: Error) => of({ outerCaught: error.message })),
    );
  }
}

type Work = 'value' | 'promise' | 'stream' | 'throws' | 'rejects' | 'twice' | 'never' | 'store';

const works: Record<Work, () => unknown> = {
  value: () => 'value',
  promise: async () => 'promise',
  stream: () => from(['first', 'last']),
  throws: () => {
    throw new Error('thrown');
  },
  rejects: async () => Promise.reject(new Error('rejected')),
  twice: () => {
    if (++failures < 3) throw new Error('not yet');
    return `after ${failures}`;
  },
  never: () => new Promise(() => undefined),
  store: async () => {
    const atOnce = here();
    await new Promise((resolve) => setImmediate(resolve));
    return [atOnce, here()];
  },
};

@RpcGateway()
class PowerGateway {
  @RpcMethod()
  @UseInterceptors(PowerfulInterceptor)
  alone(@MessageBody('work') work: Work): unknown {
    journal.push('handler');
    return works[work]();
  }

  @RpcMethod()
  @UseInterceptors(OuterInterceptor, PowerfulInterceptor)
  inner(@MessageBody('work') work: Work): unknown {
    journal.push('handler');
    return works[work]();
  }

  @RpcMethod()
  @UseInterceptors(PowerfulInterceptor, OuterInterceptor)
  outer(@MessageBody('work') work: Work): unknown {
    journal.push('handler');
    return works[work]();
  }
}

interface Outcome {
  readonly answer: unknown;
  readonly ran: readonly string[];
}

const handled = (answer: unknown): Outcome => ({ answer, ran: ['handler'] });
const unhandled = (answer: unknown): Outcome => ({ answer, ran: [] });
const error = (code: number, message: string): object => ({ code, message });

const alone: [power: string, work: Work, outcome: Outcome][] = [
  ['maps the result', 'value', handled({ mapped: 'value' })],
  ['maps the result', 'promise', handled({ mapped: 'promise' })],
  ['maps the result', 'stream', handled({ mapped: 'last' })],
  ['replaces an error', 'throws', handled('caught thrown')],
  ['replaces an error', 'rejects', handled('caught rejected')],
  ['gives an error another face', 'throws', handled(error(4001, 'another face'))],
  ['tries again', 'twice', { answer: 'after 3', ran: ['handler', 'handler', 'handler'] }],
  ['sets a time limit', 'never', handled('too slow')],
  ['sets a time limit', 'value', handled('value')],
  ['does not call the handler', 'value', unhandled('instead')],
  ['answers with nothing', 'value', unhandled(null)],
  ['asks for the handler and does not subscribe', 'value', unhandled('instead')],
  ['calls the handler twice', 'value', { answer: 'value', ran: ['handler', 'handler'] }],
  ['subscribes twice to one stream', 'value', { answer: 'value', ran: ['handler', 'handler'] }],
  ['takes its time before it has a stream', 'value', { answer: 'value', ran: ['before', 'handler'] }],
  ['calls the handler later', 'value', { answer: 'value', ran: ['later', 'handler'] }],
  ['waits for the handler itself', 'promise', handled({ awaited: 'promise' })],
  ['takes the function out of its object', 'value', handled('value')],
  ['looks at its subscription in the first value', 'value', handled('value')],
  ['turns away before the handler ran', 'value', unhandled('turned away')],
  ['returns a list', 'value', unhandled('last')],
  ['returns a promise of a list', 'value', unhandled('last')],
  ['returns what is no stream', 'value', unhandled(error(-32603, 'Internal server error'))],
  ['throws', 'value', unhandled(error(4002, 'thrown'))],
  ['rejects', 'value', unhandled(error(4003, 'rejected'))],
  ['runs the handler in a store', 'store', handled(['own store', 'own store'])],
  ['subscribes in a store', 'store', handled(['own store', 'own store'])],
  ['asks in one store and subscribes in another', 'store', handled(['of the question', 'of the question'])],
  ['enters a store', 'store', handled(['entered', 'entered'])],
  ['acts at the end', 'value', { answer: 'value', ran: ['handler', 'the end'] }],
];

describe.each(TWO_WAYS)('an interceptor %s', (_way, start) => {
  beforeEach(() => {
    journal.length = 0;
    failures = 0;
  });

  it.each(alone)('%s, of a handler: %s', async (power, work, { answer, ran }) => {
    await using node = await start({ providers: [PowerGateway] });
    await using peer = await node.connect();
    const response = await peer.request('alone', { power, work });
    expect(response.error ? { code: response.error.code, message: response.error.message } : response.result).toEqual(answer);
    expect(journal).toEqual(ran);
  });

  it.each<[string, Work, unknown, string[]]>([
    ['maps the result', 'value', { outer: { mapped: 'value' } }, ['outer', 'handler']],
    ['does not call the handler', 'value', { outer: 'instead' }, ['outer']],
    ['throws', 'value', { outerCaught: 'thrown' }, ['outer']],
    ['rejects', 'value', { outerCaught: 'rejected' }, ['outer']],
    ['runs the handler in a store', 'store', { outer: ['own store', 'own store'] }, ['outer', 'handler']],
    ['maps the result', 'rejects', { outerCaught: 'rejected' }, ['outer', 'handler']],
  ])('that stands within another one %s, of a handler: %s', async (power, work, answer, ran) => {
    await using node = await start({ providers: [PowerGateway] });
    await using peer = await node.connect();
    expect(await peer.result('inner', { power, work })).toEqual(answer);
    expect(journal).toEqual(ran);
  });

  it.each<[string, Work, unknown, string[]]>([
    ['maps the result', 'value', { mapped: { outer: 'value' } }, ['outer', 'handler']],
    ['calls the handler twice', 'value', { outer: 'value' }, ['outer', 'handler', 'outer', 'handler']],
    ['does not call the handler', 'value', 'instead', []],
    ['looks at its subscription in the first value', 'value', { outer: 'value' }, ['outer', 'handler']],
    ['runs the handler in a store', 'store', { outer: ['own store', 'own store'] }, ['outer', 'handler']],
    ['asks in one store and subscribes in another', 'store', { outer: ['of the question', 'of the question'] }, ['outer', 'handler']],
  ])('that stands around another one %s, of a handler: %s', async (power, work, answer, ran) => {
    await using node = await start({ providers: [PowerGateway] });
    await using peer = await node.connect();
    expect(await peer.result('outer', { power, work })).toEqual(answer);
    expect(journal).toEqual(ran);
  });

  it('keeps the stores of calls apart that run at the same time', async () => {
    class NamingInterceptor implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        return store.run(context.switchToWs().getData<{ name: string }>().name, () => next.handle());
      }
    }
    @RpcGateway()
    class NamedGateway {
      @RpcMethod()
      @UseInterceptors(NamingInterceptor)
      async named(@MessageBody('turns') turns: number): Promise<string[]> {
        const seen: string[] = [];
        for (let turn = 0; turn < turns; turn++) {
          seen.push(here());
          await new Promise((resolve) => setImmediate(resolve));
        }
        return [...new Set(seen)];
      }
    }
    await using node = await start({ providers: [NamedGateway] });
    await using peer = await node.connect();
    const names = Array.from({ length: 30 }, (_item, index) => `call ${index}`);
    const results = await Promise.all(names.map((name, index) => peer.result('named', { name, turns: 1 + (index % 5) })));
    expect(results).toEqual(names.map((name) => [name]));
  });
});
