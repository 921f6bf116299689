/** Brings whatever a handler returned to the one value that answers the call. */
import type { Observable, Subscription } from 'rxjs';
import { Subject, isObservable, takeUntil } from 'rxjs';
import { promiseOf } from '../observe/promise-of.js';
import { builtinResult } from '../rpc/builtin-method.decorator.js';
import { logLateFault } from '../rpc/error-mapper.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { CallAbortedError } from '../rpc/rpc-call.js';

/** How results of handlers of one style are read. */
export interface ResultReading {
  /** The value that answers the call, or a promise of it. */
  readonly read: (value: unknown, call: RpcCall) => unknown;
  /** Told every value of an Observable but the last one. */
  readonly onItem?: (item: unknown, call: RpcCall) => void;
}

export const PLAIN_RESULT: ResultReading = Object.freeze({ read: (value: unknown) => value });

/** Of a method of the library's own. */
export const BUILTIN_RESULT: ResultReading = Object.freeze({ read: (_value: unknown, call: RpcCall) => builtinResult(call) });

/**
 * A value, a promise or an Observable, whose last value counts; it is unsubscribed when the call is given up.
 * What is there at once comes back at once: a promise would cost more than most handlers.
 */
export function settleResult(returned: unknown, call: RpcCall, reading: ResultReading): unknown {
  if ((typeof returned !== 'object' && typeof returned !== 'function') || returned === null) return reading.read(returned, call);
  const promise = promiseOf(returned);
  return promise ? promise.then((value) => settleValue(value, call, reading)) : settleValue(returned, call, reading);
}

function settleValue(value: unknown, call: RpcCall, reading: ResultReading): unknown {
  return isObservable(value) ? lastValue(value, call, reading) : reading.read(value, call);
}

function lastValue(source: Observable<unknown>, call: RpcCall, reading: ResultReading): Promise<unknown> {
  return new Promise((resolve, reject) => new LastValue(call, reading, resolve, reject).follow(source));
}

/** Follows one stream. A class and no operators of rxjs: every call behind an interceptor has one. */
class LastValue {
  private hasItem = false;
  private item: unknown;
  private isOver = false;
  private subscription: Subscription | undefined;
  private forget: (() => void) | undefined;
  /** Ends a stream that is still being subscribed to; only needed where the reading of an item can fail. */
  private cut: Subject<void> | undefined;

  constructor(
    private readonly call: RpcCall,
    private readonly reading: ResultReading,
    private readonly resolve: (value: unknown) => void,
    private readonly reject: (fault: unknown) => void,
  ) {}

  follow(source: Observable<unknown>): void {
    if (this.reading.onItem) this.cut = new Subject();
    this.subscription = (this.cut ? source.pipe(takeUntil(this.cut)) : source).subscribe(this);
    // It may have come to its end, or to a fault in the reading of an item, while it was being subscribed to.
    if (this.isOver) this.stop();
    else this.forget = this.call.onAbort((reason) => this.giveUp(new CallAbortedError(reason)));
  }

  next(item: unknown): void {
    if (this.isOver) return;
    const { reading } = this;
    try {
      if (this.hasItem) reading.onItem?.(this.item, this.call);
      this.item = item;
      this.hasItem = true;
    } catch (fault) {
      // Translated: thrown into rxjs it would end the process; here it is the error of this call.
      this.giveUp(fault);
    }
  }

  error(fault: unknown): void {
    this.end();
    this.reject(fault);
  }

  complete(): void {
    if (this.isOver) return;
    this.end();
    try {
      this.resolve(this.reading.read(this.item, this.call));
    } catch (fault) {
      // Translated, as for items.
      this.reject(fault);
    }
  }

  private giveUp(fault: unknown): void {
    if (this.isOver) return;
    this.error(fault);
    // Afterwards: it completes the stream, and the first word counts.
    this.cut?.next();
    this.stop();
  }

  private end(): void {
    this.isOver = true;
    this.forget?.();
  }

  private stop(): void {
    try {
      this.subscription?.unsubscribe();
    } catch (fault) {
      // Survived: the call has its answer, and whoever aborts calls goes on with the others.
      logLateFault(fault, this.call.method, true);
    }
  }
}
