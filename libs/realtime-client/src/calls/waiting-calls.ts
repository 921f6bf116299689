/** Calls that were made while there was no connection. Each starts when there is one, in the order in which they were made, or fails. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import { CallFailedError, MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import { asError } from '../base/faults.js';

interface Entry {
  start(): void;
  fail(error: unknown): void;
}

export class WaitingCalls {
  private readonly entries = new Set<Entry>();

  /** @param max most calls that may wait; one more rejects with TOO_MANY_CALLS */
  constructor(private readonly max: number) {}

  /**
   * @param start begins the call with what is left of its options
   * @param options the call's own; its time runs while it waits
   */
  add<T>(start: (options: CallOptions) => Promise<T>, options: CallOptions & { readonly timeoutMs: number }): Promise<T> {
    const { timeoutMs, signal } = options;
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    if (this.entries.size >= this.max) {
      return Promise.reject(new CallFailedError('TOO_MANY_CALLS', `More than ${this.max} calls wait for a connection`));
    }
    const since = performance.now();
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.entries.delete(entry);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const entry: Entry = {
        start: () => {
          leave();
          // Whole ms, and at least 1: 0 would mean that the call has no limit.
          const left = timeoutMs === 0 ? 0 : Math.max(1, Math.ceil(timeoutMs - (performance.now() - since)));
          resolve(start({ ...options, timeoutMs: left }));
        },
        fail: (error) => {
          leave();
          reject(asError(error));
        },
      };
      const onAbort = (): void => entry.fail(signal?.reason);
      // Before the timer: a signal that is none throws here, and leaves nothing behind.
      signal?.addEventListener('abort', onAbort, { once: true });
      const waitMs = Math.min(timeoutMs, MAX_TIMER_MS);
      const late = (): void => entry.fail(new CallFailedError('CALL_TIMEOUT', `No connection within ${waitMs} ms`));
      const timer = waitMs > 0 ? setTimeout(late, waitMs) : undefined;
      this.entries.add(entry);
    });
  }

  /** There is a connection. */
  startAll(): void {
    for (const entry of [...this.entries]) {
      // The start of one may make others fail; what has failed must not be sent.
      if (this.entries.has(entry)) entry.start();
    }
  }

  /** There will be none. */
  failAll(error: Error): void {
    for (const entry of [...this.entries]) entry.fail(error);
  }
}
