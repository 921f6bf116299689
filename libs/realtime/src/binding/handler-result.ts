/** Brings whatever a handler returned to the one value that answers the call. */
import type { Observable } from 'rxjs';
import { Subject, isObservable, takeUntil } from 'rxjs';
import { promiseOf } from '../observe/promise-of.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { CallAbortedError } from '../rpc/rpc-call.js';

/** How results of handlers of one style are read. */
export interface ResultReading {
  /** The value that answers the call. */
  readonly read: (value: unknown) => unknown;
  /** Told every value of an Observable but the last one. */
  readonly onItem?: (item: unknown, call: RpcCall) => void;
}

export const PLAIN_RESULT: ResultReading = Object.freeze({ read: (value: unknown) => value });

/**
 * A value, a promise or an Observable, whose last value counts; it is unsubscribed when the call is given up.
 * What is there at once comes back at once: a promise would cost more than most handlers.
 */
export function settleResult(returned: unknown, call: RpcCall, reading: ResultReading): unknown {
  if ((typeof returned !== 'object' && typeof returned !== 'function') || returned === null) return reading.read(returned);
  const promise = promiseOf(returned);
  return promise ? promise.then((value) => settleValue(value, call, reading)) : settleValue(returned, call, reading);
}

function settleValue(value: unknown, call: RpcCall, reading: ResultReading): unknown {
  return isObservable(value) ? lastValue(value, call, reading) : reading.read(value);
}

function lastValue(source: Observable<unknown>, call: RpcCall, reading: ResultReading): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: { readonly item: unknown } | undefined;
    let forget = (): void => undefined;
    // An Observable that emits while it is being subscribed to can fail before there is a subscription to end.
    const stop = new Subject<void>();
    const giveUp = (fault: unknown): void => {
      forget();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it was raised
      reject(fault);
      // Afterwards: it completes the stream, and the first word counts.
      stop.next();
    };
    const subscription = source.pipe(takeUntil(stop)).subscribe({
      next: (item) => {
        try {
          if (last) reading.onItem?.(last.item, call);
          last = { item };
        } catch (fault) {
          // Translated: thrown into rxjs it would end the process; here it is the error of this call.
          giveUp(fault);
        }
      },
      error: giveUp,
      complete: () => {
        forget();
        resolve(reading.read(last?.item));
      },
    });
    if (subscription.closed) return;
    forget = call.onAbort((reason) => giveUp(new CallAbortedError(reason)));
  });
}
