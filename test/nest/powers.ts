/** What interceptors do with handlers, by name. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallHandler } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime';
import type { Subscription } from 'rxjs';
import { EMPTY, Observable, catchError, concat, defer, finalize, lastValueFrom, map, mergeMap, of, retry, tap, timeout } from 'rxjs';

export type Power = (next: CallHandler) => unknown;

/** What ran, in order. */
export const journal: string[] = [];
export const store = new AsyncLocalStorage<string>();

/** Names the store that it runs in. */
export const here = (): string => store.getStore() ?? 'no store';

export const POWERS: Record<string, Power> = {
  'maps the result': (next) => next.handle().pipe(map((value) => ({ mapped: value }))),
  'replaces an error': (next) => next.handle().pipe(catchError((error: Error) => of(`caught ${error.message}`))),
  'gives an error another face': (next) =>
    next.handle().pipe(
      catchError(() => {
        throw new RpcError(4001, 'another face');
      }),
    ),
  'tries again': (next) => next.handle().pipe(retry(2)),
  'sets a time limit': (next) =>
    next.handle().pipe(
      timeout(10),
      catchError(() => of('too slow')),
    ),
  'does not call the handler': () => of('instead'),
  'answers with nothing': () => EMPTY,
  'asks for the handler and does not subscribe': (next) => (next.handle(), of('instead')),
  'calls the handler twice': (next) => concat(next.handle(), next.handle()),
  'subscribes twice to one stream': (next) => {
    const stream = next.handle();
    return concat(stream, stream);
  },
  'takes its time before it has a stream': async (next) => {
    await new Promise((resolve) => setImmediate(resolve));
    journal.push('before');
    return next.handle();
  },
  'calls the handler later': (next) =>
    defer(() => new Promise((resolve) => setImmediate(resolve))).pipe(
      tap(() => journal.push('later')),
      mergeMap(() => next.handle()),
    ),
  'waits for the handler itself': async (next) => of({ awaited: (await lastValueFrom(next.handle())) as unknown }),
  'takes the function out of its object': ({ handle }) => handle(),
  'looks at its subscription in the first value': (next) =>
    new Observable((subscriber) => {
      const subscription: Subscription = next.handle().subscribe({
        next: (value) => {
          subscription.unsubscribe();
          subscriber.next(value);
          subscriber.complete();
        },
        error: (fault) => subscriber.error(fault),
      });
      return subscription;
    }),
  'turns away before the handler ran': (next) => {
    next.handle().subscribe().unsubscribe();
    return of('turned away');
  },
  'returns a list': () => ['first', 'last'],
  'returns a promise of a list': async () => ['first', 'last'],
  'returns what is no stream': () => 5,
  throws: () => {
    throw new RpcError(4002, 'thrown');
  },
  rejects: async () => Promise.reject(new RpcError(4003, 'rejected')),
  'runs the handler in a store': (next) => store.run('own store', () => next.handle()),
  'subscribes in a store': (next) => new Observable((subscriber) => store.run('own store', () => next.handle().subscribe(subscriber))),
  'asks in one store and subscribes in another': (next) => {
    const stream = store.run('of the question', () => next.handle());
    return new Observable((subscriber) => store.run('of the subscription', () => stream.subscribe(subscriber)));
  },
  'enters a store': (next) => {
    store.enterWith('entered');
    return next.handle();
  },
  'acts at the end': (next) =>
    next.handle().pipe(
      finalize(() => {
        journal.push('the end');
      }),
    ),
};
