import { jest } from '@jest/globals';
import type { CallHandler, NestInterceptor } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { Subject, finalize, firstValueFrom, lastValueFrom } from 'rxjs';
import { interceptorChain } from './interceptor-chain.js';

class Host {
  work(): void {
    // Only asked for its name.
  }
}

const ORIGIN = { owner: Host, handler: Host.prototype.work };

function chainOf(...powers: ((next: CallHandler) => Observable<unknown>)[]): ReturnType<typeof interceptorChain> {
  const interceptors = powers.map((power): NestInterceptor => ({ intercept: (_context, next) => power(next) }));
  return interceptorChain(interceptors, ORIGIN);
}

const ARGS = ['client', 'data', 'call', 'pattern'];

describe('interceptorChain', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('does not run the handler before its stream is subscribed to, and not in the step in which it is', async () => {
    let runs = 0;
    const stream = chainOf((next) => next.handle())(ARGS, () => ++runs);
    expect(runs).toBe(0);
    const first = firstValueFrom(stream);
    expect(runs).toBe(0);
    expect(await first).toBe(1);
  });

  it('does not run a handler whose stream was left in the same step', async () => {
    let runs = 0;
    chainOf((next) => next.handle())(ARGS, () => ++runs)
      .subscribe()
      .unsubscribe();
    await Promise.resolve();
    expect(runs).toBe(0);
  });

  it('leaves the stream of the handler when its own is left', async () => {
    const source = new Subject<number>();
    const subscription = chainOf((next) => next.handle())(ARGS, () => source).subscribe();
    await Promise.resolve();
    expect(source.observed).toBe(true);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ['at once', () => 'answer'],
    ['later', async () => 'answer'],
  ])('logs what the end of a stream throws, and gives the answer that came %s', async (_when, run) => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const stream = chainOf((next) =>
      next.handle().pipe(
        finalize(() => {
          throw new Error('the end failed');
        }),
      ),
    )(ARGS, run);
    expect(await lastValueFrom(stream)).toBe('answer');
    await new Promise((resolve) => setImmediate(resolve));
    expect(logged.mock.calls).toEqual([[expect.stringContaining('the end failed'), expect.any(String)]]);
  });

  it('hears nothing of what a handler throws after its stream was left', async () => {
    let fail: (fault: Error) => void = () => undefined;
    const subscription = chainOf((next) => next.handle())(ARGS, () => new Promise((_resolve, reject) => (fail = reject))).subscribe();
    await Promise.resolve();
    subscription.unsubscribe();
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(subscription.closed).toBe(true);
  });
});
