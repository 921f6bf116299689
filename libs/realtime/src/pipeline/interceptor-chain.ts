/**
 * Runs the interceptors of a handler around it. Made once per handler; a call costs one context, and for each interceptor what it
 * needs to do with the handler as it likes: not at all, later, several times, in the asynchronous context in which it asked for it.
 */
import { AsyncResource } from 'node:async_hooks';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { ObservableInput, Subscriber } from 'rxjs';
import { Observable, from, isObservable, mergeAll } from 'rxjs';
import { faultText } from '../observe/fault-text.js';
import { promiseOf } from '../observe/promise-of.js';
import type { HandlerOrigin } from './ws-context.js';
import { wsContext } from './ws-context.js';

/** Calls the handler; may throw, and may return a promise or an Observable. */
export type Run = () => unknown;

/** @returns the stream of the outermost interceptor; what stands behind it runs when it is subscribed to */
export type Intercept = (args: unknown[], run: Run) => Observable<unknown>;

const logger = new Logger('RpcPipeline');

const NOW = Promise.resolve();

export function interceptorChain(interceptors: readonly NestInterceptor[], origin: HandlerOrigin): Intercept {
  return (args, run) => intercepted(interceptors, 0, wsContext(args, origin), run);
}

/** @throws what the interceptor throws */
function intercepted(interceptors: readonly NestInterceptor[], index: number, context: ExecutionContext, run: Run): Observable<unknown> {
  // A plain object, as Nest has it: interceptors may take `handle` out of it.
  const next: CallHandler<unknown> = {
    handle: () => {
      // What stands behind runs in the asynchronous context of whoever asks for its stream, not in that of whoever subscribes to it.
      const scope = new AsyncResource('RpcHandler');
      return new Observable((subscriber) => {
        if (index + 1 === interceptors.length) {
          later(subscriber, () => give(subscriber, scope.runInAsyncScope(run)));
        } else {
          const inner = scope.runInAsyncScope(intercepted, undefined, interceptors, index + 1, context, run);
          later(subscriber, () => inner.subscribe(subscriber));
        }
      });
    },
  };
  const stream: unknown = (interceptors[index] as NestInterceptor).intercept(context, next);
  if (isObservable(stream)) return stream;
  // An interceptor may take its time until it has a stream, and may return whatever rxjs makes one of.
  return promiseOf(stream) ? from(stream as Promise<ObservableInput<unknown>>).pipe(mergeAll()) : from(stream as ObservableInput<unknown>);
}

/**
 * Nothing comes out of a stream while it is being subscribed to: interceptors are written for handlers that take time, and look at
 * their subscription in what they do with the first value.
 */
function later(subscriber: Subscriber<unknown>, act: () => void): void {
  void NOW.then(() => {
    // Whoever has turned away in the meantime does not want the handler to run.
    if (!subscriber.closed) attempt(subscriber, act);
  });
}

/** Gives what a handler returned to the subscriber. */
function give(subscriber: Subscriber<unknown>, returned: unknown): void {
  const promise = promiseOf(returned);
  if (!promise) {
    giveValue(subscriber, returned);
    return;
  }
  promise.then(
    (value) => {
      if (!subscriber.closed) attempt(subscriber, () => giveValue(subscriber, value));
    },
    (thrown: unknown) => subscriber.error(thrown),
  );
}

function giveValue(subscriber: Subscriber<unknown>, value: unknown): void {
  if (isObservable(value)) {
    from(value).subscribe(subscriber);
    return;
  }
  subscriber.next(value);
  subscriber.complete();
}

function attempt(subscriber: Subscriber<unknown>, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    // Translated: interceptors catch in the stream what a handler throws. A stream that is over hears nothing; what its end threw is for the log.
    if (!subscriber.closed) subscriber.error(thrown);
    else logger.error(`What an interceptor does at the end of a stream failed: ${faultText(thrown).text}`, faultText(thrown).stack);
  }
}
