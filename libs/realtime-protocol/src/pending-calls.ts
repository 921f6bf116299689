/** Requests of our own that wait for the peer's answer. Every one of them settles: answer, timeout, abort or end of the connection. */
import type { AnyAbortSignal } from './abort-signal.js';
import { brand } from './brand.js';
import type { Answer } from './messages.js';
import { MAX_TIMER_MS } from './timers.js';

/** How long to wait, and how to give up early. */
export interface CallOptions {
  /** Give up after this long, in ms; 0 waits until the connection ends. @default 30_000 */
  readonly timeoutMs?: number;
  /** Gives up when it fires; the call rejects with its reason. */
  readonly signal?: AnyAbortSignal;
}

export const CALL_DEFAULTS = Object.freeze({ timeoutMs: 30_000, maxPending: 1024 });

/** The peer answered with an error. Its text is the peer's: it is not passed on to anybody else by itself. */
export class PeerError extends Error {
  static {
    brand(this, 'PeerError');
  }

  override readonly name = 'PeerError';
  constructor(
    readonly code: number,
    message: string,
    readonly reason?: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** A call that got no answer. `code` says why. */
export class CallFailedError extends Error {
  static {
    brand(this, 'CallFailedError');
  }

  override readonly name = 'CallFailedError';
  constructor(
    readonly code: 'CALL_TIMEOUT' | 'CONNECTION_LOST' | 'TOO_MANY_CALLS' | 'BAD_ANSWER',
    message: string,
  ) {
    super(message);
  }
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  timer: ReturnType<typeof setTimeout> | undefined;
  signal: AnyAbortSignal | undefined;
  onAbort: (() => void) | undefined;
}

export class PendingCalls {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** @param maxPending most calls that may wait at once; one more rejects with TOO_MANY_CALLS */
  constructor(private readonly maxPending: number = CALL_DEFAULTS.maxPending) {}

  get size(): number {
    return this.pending.size;
  }

  /**
   * Takes a number for a call, lets `send` put it on the wire and waits.
   * @param giveUp told the id of a call that timed out or was aborted, so that the peer can be told
   */
  open(send: (id: number) => void, options: CallOptions, giveUp: (id: number) => void): Promise<unknown> {
    const { signal, timeoutMs = CALL_DEFAULTS.timeoutMs } = options;
    if (this.pending.size >= this.maxPending) {
      return Promise.reject(new CallFailedError('TOO_MANY_CALLS', `More than ${this.maxPending} calls wait for an answer`));
    }
    if (!(timeoutMs >= 0)) return Promise.reject(new RangeError(`timeoutMs must be a number that is not negative, got ${timeoutMs}`));
    if (signal?.aborted) return Promise.reject(asError(signal.reason));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const entry: Pending = { resolve, reject, timer: undefined, signal, onAbort: undefined };
      const abandon = (error: unknown): void => {
        if (!this.take(id)) return;
        reject(asError(error));
        giveUp(id);
      };
      if (signal) {
        entry.onAbort = () => abandon(signal.reason);
        signal.addEventListener('abort', entry.onAbort, { once: true });
      }
      if (timeoutMs > 0) {
        const waitMs = Math.min(timeoutMs, MAX_TIMER_MS);
        entry.timer = setTimeout(() => abandon(new CallFailedError('CALL_TIMEOUT', `No answer within ${waitMs} ms`)), waitMs);
      }
      this.pending.set(id, entry);
      try {
        send(id);
      } catch (error) {
        // Translated: a message that cannot be encoded or sent settles its call like any other failure.
        this.take(id);
        reject(asError(error));
      }
    });
  }

  /** Settles the call that an answer belongs to. @returns false if no call waits for it: late, repeated or invented */
  settle(answer: Answer): boolean {
    const entry = typeof answer.id === 'number' ? this.take(answer.id) : undefined;
    if (!entry) return false;
    if (!answer.failed) entry.resolve(answer.result);
    else entry.reject(peerError(answer.error));
    return true;
  }

  /** The connection is gone: every call that waits rejects with CONNECTION_LOST. */
  failAll(message: string): void {
    for (const id of [...this.pending.keys()]) this.take(id)?.reject(new CallFailedError('CONNECTION_LOST', message));
  }

  private take(id: number): Pending | undefined {
    const entry = this.pending.get(id);
    if (!entry) return undefined;
    this.pending.delete(id);
    clearTimeout(entry.timer);
    if (entry.onAbort) entry.signal?.removeEventListener('abort', entry.onAbort);
    return entry;
  }
}

function peerError(error: unknown): Error {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    const { code, message } = error;
    if (typeof code === 'number' && typeof message === 'string') {
      const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
      return new PeerError(code, message, reason, 'data' in error ? error.data : undefined);
    }
  }
  return new CallFailedError('BAD_ANSWER', 'The peer answered with an error object that JSON-RPC does not know');
}

function asError(reason: unknown): Error {
  try {
    return reason instanceof Error ? reason : new Error(String(reason));
  } catch {
    // Survived: some values have no text, such as objects without a prototype, and some do not even say what they are.
    return new Error('A value that has no text');
  }
}
