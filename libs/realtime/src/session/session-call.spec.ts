import { jest } from '@jest/globals';
import type { CallOptions } from 'nestjs-realtime-protocol';
import { CALL_DEFAULTS } from 'nestjs-realtime-protocol';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { FlushSchedule } from '../outbound/flush-schedule.js';
import { openSession } from './open-session.fixture.js';

function open() {
  const survive = (fault: unknown): never => {
    throw fault;
  };
  const outbound = { ...OUTBOUND_DEFAULTS, maxFrames: 5000 };
  const { session, transport } = openSession({ outbound, schedule: new FlushSchedule(survive), onFault: survive });
  const sent = async (): Promise<Record<string, unknown>[]> => {
    await jest.advanceTimersByTimeAsync(0);
    return transport.messages;
  };
  return { session, transport, sent };
}

const answer = (id: string | number | null, result: unknown) => ({ kind: 'answer', id, result, error: undefined, failed: false }) as const;
const refusal = (id: number, error: unknown) => ({ kind: 'answer', id, result: undefined, error, failed: true }) as const;

/** How a promise settled: what it gave, or what it rejected with. */
const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a call to the peer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is a request with an id of ours, and settles with the peer’s result', async () => {
    const { session, sent } = open();
    const first = session.call('ask', { q: 1 });
    const second = session.call('ask');
    expect(await sent()).toEqual([
      { jsonrpc: '2.0', id: 1, method: 'ask', params: { q: 1 } },
      { jsonrpc: '2.0', id: 2, method: 'ask' },
    ]);
    expect([session.settle(answer(2, 'two')), session.settle(answer(1, null))]).toEqual([true, true]);
    expect(await Promise.all([first, second])).toEqual([null, 'two']);
  });

  it('rejects with a PeerError that says what the peer said', async () => {
    const { session } = open();
    const call = session.call('ask');
    session.settle(refusal(1, { code: -32000, message: 'No', reason: 'Busy', data: { wait: 5 } }));
    await expect(call).rejects.toMatchObject({ name: 'PeerError', code: -32000, message: 'No', reason: 'Busy', data: { wait: 5 } });
  });

  it.each([null, 'no', 7, [], { code: 'x', message: 'm' }, { message: 'm' }, { code: 1 }])('rejects an error that is %j', async (error) => {
    const { session } = open();
    const call = session.call('ask');
    session.settle(refusal(1, error));
    await expect(call).rejects.toMatchObject({ name: 'CallFailedError', code: 'BAD_ANSWER' });
  });

  it('gives up after its timeout, tells the peer, and lets a late answer pass', async () => {
    const { session, sent } = open();
    const call = outcome(session.call('ask', undefined, { timeoutMs: 50 }));
    await jest.advanceTimersByTimeAsync(50);
    expect(await call).toMatchObject({ name: 'CallFailedError', code: 'CALL_TIMEOUT' });
    expect((await sent()).slice(1)).toEqual([{ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } }]);
    expect(session.settle(answer(1, 'late'))).toBe(false);
  });

  it('gives up after 30 s if nothing else is said', async () => {
    const { session } = open();
    let settled = false;
    const call = outcome(session.call('ask')).finally(() => (settled = true));
    await jest.advanceTimersByTimeAsync(29_999);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject({ code: 'CALL_TIMEOUT' });
  });

  it.each([0, Number.POSITIVE_INFINITY, 2 ** 31])('does not give up within a day with a timeout of %p ms', async (timeoutMs) => {
    const { session } = open();
    const call = outcome(session.call('ask', undefined, { timeoutMs }));
    await jest.advanceTimersByTimeAsync(24 * 60 * 60 * 1000);
    expect(session.settle(answer(1, 'tomorrow'))).toBe(true);
    expect(await call).toBe('tomorrow');
  });

  it('gives up when its signal fires, with the reason of the signal, and tells the peer', async () => {
    const { session, sent } = open();
    const controller = new AbortController();
    const call = outcome(session.call('ask', undefined, { signal: controller.signal }));
    const reason = new Error('not needed');
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect((await sent()).at(-1)).toEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
  });

  it('sends nothing if its signal has fired already', async () => {
    const { session, sent } = open();
    await expect(session.call('ask', undefined, { signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    expect(await sent()).toEqual([]);
  });

  it('sends no cancellation for a call that was answered, and leaves no listener on its signal', async () => {
    const { session, sent } = open();
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    const call = session.call('ask', undefined, { signal: controller.signal, timeoutMs: 10 });
    session.settle(answer(1, 'ok'));
    expect(await call).toBe('ok');
    controller.abort();
    await jest.advanceTimersByTimeAsync(20);
    expect([(await sent()).length, removed.mock.calls.length]).toEqual([1, added.mock.calls.length]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('takes one answer: a second, a foreign and an invented one change nothing', async () => {
    const [mine, other] = [open().session, open().session];
    const call = mine.call('ask');
    const foreign = outcome(other.call('ask'));
    const ids = ['1', null, 2, 0, -1, 1.5] as const;
    expect(ids.map((id) => mine.settle(answer(id, 'invented')))).toEqual(ids.map(() => false));
    expect([mine.settle(answer(1, 'first')), mine.settle(answer(1, 'second'))]).toEqual([true, false]);
    expect(await call).toBe('first');
    expect(other.settle(answer(1, 'its own'))).toBe(true);
    expect(await foreign).toBe('its own');
  });

  it.each(['close', 'ended'] as const)('rejects when the session ends (%s), without a cancellation', async (how) => {
    const { session, sent } = open();
    const calls = [session.call('a'), session.call('b', undefined, { timeoutMs: 0 })].map(outcome);
    if (how === 'close') session.close();
    else session.ended(1006, '', false);
    for (const result of await Promise.all(calls)) expect(result).toMatchObject({ name: 'CallFailedError', code: 'CONNECTION_LOST' });
    expect((await sent()).filter(({ method }) => method === '$/cancelRequest')).toEqual([]);
    expect([session.settle(answer(1, 'late')), jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('rejects on a session that is no longer open', async () => {
    const { session } = open();
    session.close();
    await expect(session.call('ask')).rejects.toMatchObject({ name: 'SessionClosedError', code: 'SESSION_CLOSED' });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects with a TypeError for params that JSON-RPC does not know, and keeps no place for them', async () => {
    const { session, sent } = open();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const params of ['text', 7, null, cycle, { big: 1n }]) await expect(session.call('ask', params)).rejects.toBeInstanceOf(TypeError);
    expect([await sent(), jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('is refused while too many calls wait, and taken again when one was answered', async () => {
    const { session } = open();
    const options: CallOptions = { timeoutMs: 0 };
    const calls = Array.from({ length: CALL_DEFAULTS.maxPending }, () => outcome(session.call('ask', undefined, options)));
    await expect(session.call('ask', undefined, options)).rejects.toMatchObject({ code: 'TOO_MANY_CALLS' });
    session.settle(answer(1, 'first'));
    const another = outcome(session.call('ask', undefined, options));
    session.close();
    expect(await calls[0]).toBe('first');
    expect(await another).toMatchObject({ code: 'CONNECTION_LOST' });
    await Promise.all(calls);
  });
});
