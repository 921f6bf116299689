/** Whatever a guard may answer it may answer here, on both ways on which handlers are called. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { UseFilters, UseGuards } from '@nestjs/common';
import type { CanActivate, ExceptionFilter, ExecutionContext } from '@nestjs/common';
import { RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { EMPTY, NEVER, of } from 'rxjs';
import { startNode } from '../support/start-node.js';
import { TWO_WAYS } from './two-ways.js';

const journal: string[] = [];

const answers: Record<string, () => unknown> = {
  yes: () => true,
  no: () => false,
  'a promise of yes': async () => true,
  'a promise of no': async () => false,
  'a stream that ends with yes': () => of(false, true),
  'a stream that ends with no': () => of(true, false),
  'a promise of a stream of no': async () => of(false),
  'an empty stream': () => EMPTY,
  'something true': () => 'yes',
  'something false': () => 0,
  nothing: () => undefined,
  never: () => NEVER,
  'no, loudly': () => {
    throw new RpcError(4010, 'guarded');
  },
  'no, loudly and later': async () => Promise.reject(new RpcError(4011, 'guarded')),
};

/** Answers as the params say; the second one of a handler answers as `second` says. */
class AnsweringGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { answer } = context.switchToWs().getData<{ answer: string }>();
    journal.push('first');
    return (answers[answer] as () => unknown)() as boolean;
  }
}

class SecondGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { second = 'yes' } = context.switchToWs().getData<{ second?: string }>();
    journal.push('second');
    return (answers[second] as () => unknown)() as boolean;
  }
}

class TellingFilter implements ExceptionFilter {
  catch(fault: Error): never {
    throw new RpcError(4020, `filtered: ${fault.message}`);
  }
}

@RpcGateway()
class GuardedGateway {
  @RpcMethod('guarded', { timeoutMs: 100 })
  @UseGuards(AnsweringGuard, SecondGuard)
  guarded(): string {
    journal.push('handler');
    return 'passed';
  }

  @RpcMethod()
  @UseGuards(AnsweringGuard, SecondGuard)
  untimed(): string {
    return 'passed';
  }

  @RpcMethod()
  @UseGuards(AnsweringGuard)
  @UseFilters(TellingFilter)
  filtered(): string {
    return 'passed';
  }
}

describe.each(TWO_WAYS)('a guard %s', (_way, start) => {
  beforeEach(() => {
    journal.length = 0;
  });

  const passed = { result: 'passed', ran: ['first', 'second', 'handler'] };
  const refused = (code: number, ...ran: string[]): object => ({ code, ran });

  it.each<[string, string, object]>([
    ['yes', 'yes', passed],
    ['no', 'yes', refused(-32003, 'first')],
    ['yes', 'no', refused(-32003, 'first', 'second')],
    ['a promise of yes', 'yes', passed],
    ['a promise of yes', 'no', refused(-32003, 'first', 'second')],
    ['a promise of yes', 'a promise of yes', passed],
    ['a promise of no', 'yes', refused(-32003, 'first')],
    ['yes', 'a promise of no', refused(-32003, 'first', 'second')],
    ['a stream that ends with yes', 'a stream that ends with yes', passed],
    ['a stream that ends with no', 'yes', refused(-32003, 'first')],
    ['a promise of a stream of no', 'yes', refused(-32003, 'first')],
    ['an empty stream', 'yes', refused(-32603, 'first')],
    ['something true', 'yes', passed],
    ['something false', 'yes', refused(-32003, 'first')],
    ['nothing', 'yes', refused(-32003, 'first')],
    ['no, loudly', 'yes', refused(4010, 'first')],
    ['no, loudly and later', 'yes', refused(4011, 'first')],
    ['a promise of yes', 'no, loudly', refused(4010, 'first', 'second')],
    ['never', 'yes', refused(-32008, 'first')],
    ['a promise of yes', 'never', refused(-32008, 'first', 'second')],
  ])('that says %s, with a second one that says %s', async (answer, second, outcome) => {
    await using node = await start({ providers: [GuardedGateway] });
    await using peer = await node.connect();
    const { result, error } = await peer.request('guarded', { answer, second });
    expect({ ...(error ? { code: error.code } : { result }), ran: journal }).toEqual(outcome);
  });

  it('that never answers does not keep the peer from taking its call back', async () => {
    await using node = await start({ providers: [GuardedGateway] });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'x', method: 'untimed', params: { answer: 'never' } });
    peer.notify('$/cancelRequest', { id: 'x' });
    expect((await peer.response('x')).error?.code).toBe(-32800);
  });

  it.each([
    ['no', 'Forbidden resource'],
    ['a promise of no', 'Forbidden resource'],
    ['no, loudly', 'guarded'],
    ['no, loudly and later', 'guarded'],
  ])('that says %s is heard by the filters of its handler', async (answer, message) => {
    await using node = await start({ providers: [GuardedGateway] });
    await using peer = await node.connect();
    expect((await peer.request('filtered', { answer })).error).toEqual({ code: 4020, message: `filtered: ${message}` });
  });
});

it('a guard that enters an asynchronous context enters it for its call alone', async () => {
  const store = new AsyncLocalStorage<string>();
  class EnteringGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      store.enterWith(context.switchToWs().getData<{ name: string }>().name);
      return true;
    }
  }
  @RpcGateway()
  class StoreGateway {
    @RpcMethod()
    @UseGuards(EnteringGuard)
    async entered(): Promise<unknown> {
      await new Promise((resolve) => setImmediate(resolve));
      return store.getStore();
    }

    @RpcMethod()
    outside(): string {
      return store.getStore() ?? 'no store';
    }
  }
  await using node = await startNode({ providers: [StoreGateway] });
  await using peer = await node.connect();
  const asked = ['a', 'b'].map((name) => peer.result('entered', { name }));
  expect(await peer.result('outside')).toBe('no store');
  expect(await Promise.all(asked)).toEqual(['a', 'b']);
  expect(await peer.result('outside')).toBe('no store');
});
