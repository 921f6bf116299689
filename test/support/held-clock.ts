/** A clock that stands still, for limits that would fill up again while a busy machine is still at it. */
import { jest } from '@jest/globals';

/** Holds `performance.now()`, which limits go by, until `jest.useRealTimers()`; sockets, timers and the date run on. */
export function holdClock(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
    ],
  });
}
