import { jest } from '@jest/globals';
import type { Answer } from './messages.js';
import type { CallOptions } from './pending-calls.js';
import { CALL_DEFAULTS, PendingCalls } from './pending-calls.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Calls of one connection, with what was sent for them and what was given up. */
class Wire {
  readonly calls: PendingCalls;
  readonly sent: number[] = [];
  readonly givenUp: number[] = [];

  constructor(maxPending?: number) {
    this.calls = new PendingCalls(maxPending);
  }

  open(options: CallOptions = {}): Promise<unknown> {
    const call = this.calls.open(
      (id) => this.sent.push(id),
      options,
      (id) => this.givenUp.push(id),
    );
    // Tests look at the outcome later; until then a rejection counts as seen.
    call.catch(() => undefined);
    return call;
  }
}

function success(id: Answer['id'], result: unknown = 'done'): Answer {
  return { kind: 'answer', id, result, error: undefined, failed: false };
}

function failure(id: Answer['id'], error: unknown): Answer {
  return { kind: 'answer', id, result: undefined, error, failed: true };
}

describe('a call that waits', () => {
  it('is settled by the answer with its number, once', async () => {
    const wire = new Wire();
    const calls = [wire.open(), wire.open()];
    expect(wire.sent).toEqual([1, 2]);
    expect(wire.calls.settle(success(2, 'second'))).toBe(true);
    expect(wire.calls.settle(success(2, 'again'))).toBe(false);
    expect(wire.calls.settle(success(1, null))).toBe(true);
    expect(await Promise.all(calls)).toEqual([null, 'second']);
    expect(wire.calls.size).toBe(0);
  });

  it.each([undefined, null, '1', 2, 1.5])('is not settled by the id %p', (id) => {
    const wire = new Wire();
    void wire.open();
    expect(wire.calls.settle(success(id))).toBe(false);
    expect(wire.calls.size).toBe(1);
  });

  it('rejects with the error of the peer', async () => {
    const wire = new Wire();
    const call = wire.open();
    wire.calls.settle(failure(1, { code: 7, message: 'No', reason: 'Busy', data: [1] }));
    await expect(call).rejects.toMatchObject({ name: 'PeerError', code: 7, message: 'No', reason: 'Busy', data: [1] });
  });

  it.each([null, 'No', 7, {}, { code: '7', message: 'No' }, { code: 7 }, { code: 7, message: 1 }, []])(
    'rejects with BAD_ANSWER for an error that is none: %j',
    async (error) => {
      const wire = new Wire();
      const call = wire.open();
      expect(wire.calls.settle(failure(1, error))).toBe(true);
      await expect(call).rejects.toMatchObject({ name: 'CallFailedError', code: 'BAD_ANSWER' });
    },
  );

  it('rejects when the connection is gone, and so do all others', async () => {
    const wire = new Wire();
    const calls = [wire.open(), wire.open({ timeoutMs: 0 })];
    wire.calls.failAll('Gone');
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST', message: 'Gone' });
    expect(wire.givenUp).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects with what sending threw, and leaves nothing behind', async () => {
    const wire = new Wire();
    const fault = new TypeError('not JSON');
    const send = (): never => {
      throw fault;
    };
    await expect(wire.calls.open(send, {}, () => undefined)).rejects.toBe(fault);
    expect(wire.calls.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a call that nobody answers', () => {
  it('rejects after its time, tells the peer, and ignores a late answer', async () => {
    const wire = new Wire();
    const call = wire.open({ timeoutMs: 500 });
    jest.advanceTimersByTime(499);
    expect(wire.calls.size).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(wire.givenUp).toEqual([1]);
    expect(wire.calls.settle(success(1))).toBe(false);
  });

  it('waits 30 seconds if it says nothing', async () => {
    const wire = new Wire();
    const call = wire.open();
    jest.advanceTimersByTime(CALL_DEFAULTS.timeoutMs - 1);
    expect(wire.calls.size).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
  });

  it('waits as long as the connection lives with timeoutMs 0', () => {
    const wire = new Wire();
    void wire.open({ timeoutMs: 0 });
    expect(jest.getTimerCount()).toBe(0);
    expect(wire.calls.size).toBe(1);
    wire.calls.failAll('Gone');
  });

  it.each([Infinity, 2 ** 31])('waits as long as a timer can with timeoutMs %d', (timeoutMs) => {
    const wire = new Wire();
    void wire.open({ timeoutMs });
    jest.advanceTimersByTime(2 ** 31 - 2);
    expect(wire.calls.size).toBe(1);
    wire.calls.failAll('Gone');
  });

  it('leaves no timer behind once it is answered', () => {
    const wire = new Wire();
    void wire.open({ timeoutMs: 500 });
    expect(jest.getTimerCount()).toBe(1);
    wire.calls.settle(success(1));
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a call with a signal', () => {
  it('rejects with the reason when it fires, and tells the peer', async () => {
    const wire = new Wire();
    const controller = new AbortController();
    const call = wire.open({ signal: controller.signal });
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(wire.givenUp).toEqual([1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not sent at all if it has fired before', async () => {
    const wire = new Wire();
    await expect(wire.open({ signal: AbortSignal.abort('too late') })).rejects.toThrow('too late');
    expect(wire.sent).toEqual([]);
    expect(wire.givenUp).toEqual([]);
  });

  it('leaves no timer behind if the signal is none', async () => {
    const wire = new Wire();
    await expect(wire.open({ signal: {} as AbortSignal, timeoutMs: 1_500 })).rejects.toThrow(TypeError);
    expect([jest.getTimerCount(), wire.calls.size]).toEqual([0, 0]);
  });

  it.each([NaN, -1])('is refused with a time that is none: %p', async (timeoutMs) => {
    const wire = new Wire();
    await expect(wire.open({ timeoutMs })).rejects.toThrow(RangeError);
    expect(wire.sent).toEqual([]);
  });

  it('settles also with a reason that has no text', async () => {
    const wire = new Wire();
    const controller = new AbortController();
    const call = wire.open({ signal: controller.signal });
    controller.abort(Object.create(null));
    await expect(call).rejects.toThrow('no text');
    expect(wire.givenUp).toEqual([1]);
  });

  it('is answered as any other, and does not listen to it any longer', async () => {
    const wire = new Wire();
    const controller = new AbortController();
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    const call = wire.open({ signal: controller.signal });
    wire.calls.settle(success(1));
    expect(await call).toBe('done');
    expect(removed).toHaveBeenCalledTimes(1);
    controller.abort();
    expect(wire.givenUp).toEqual([]);
  });
});

describe('the number of calls that wait', () => {
  it('is bounded: one more rejects and is not sent', async () => {
    const wire = new Wire(2);
    void wire.open();
    void wire.open();
    await expect(wire.open()).rejects.toMatchObject({ code: 'TOO_MANY_CALLS' });
    expect(wire.sent).toEqual([1, 2]);
    wire.calls.settle(success(1));
    void wire.open();
    expect(wire.sent).toEqual([1, 2, 3]);
    wire.calls.failAll('Gone');
  });
});
