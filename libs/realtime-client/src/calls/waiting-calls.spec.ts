import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import type { CallOptions } from 'nestjs-realtime-protocol';
import { WaitingCalls } from './waiting-calls.js';

describe('calls that wait for a connection', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('start in the order in which they were made', async () => {
    const waiting = new WaitingCalls(10);
    const started: string[] = [];
    const call = (name: string): Promise<string> => waiting.add(async () => (started.push(name), name), { timeoutMs: 1_000 });
    const calls = Promise.all([call('a'), call('b'), call('c')]);
    waiting.startAll();
    expect(started).toEqual(['a', 'b', 'c']);
    expect(await calls).toEqual(['a', 'b', 'c']);
  });

  it('have the rest of their time for the answer', async () => {
    const waiting = new WaitingCalls(10);
    const left: (number | undefined)[] = [];
    const start = async ({ timeoutMs }: CallOptions): Promise<void> => void left.push(timeoutMs);
    const calls = [waiting.add(start, { timeoutMs: 1_000 }), waiting.add(start, { timeoutMs: 0 })];
    jest.advanceTimersByTime(400);
    waiting.startAll();
    await Promise.all(calls);
    expect(left).toEqual([600, 0]);
  });

  it('fail when their time is over, and do not start any more', async () => {
    const waiting = new WaitingCalls(10);
    let started = false;
    const call = waiting.add(async () => void (started = true), { timeoutMs: 1_000 });
    const failure = failureOf(call);
    jest.advanceTimersByTime(1_000);
    expect(await failure).toMatchObject({ code: 'CALL_TIMEOUT' });
    waiting.startAll();
    expect([started, jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('fail with the reason of their signal', async () => {
    const waiting = new WaitingCalls(10);
    const controller = new AbortController();
    const call = waiting.add(async () => undefined, { timeoutMs: 1_000, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(waiting.add(async () => undefined, { timeoutMs: 1_000, signal: controller.signal })).rejects.toThrow('enough');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('wait as long as a timer can for a limit that no timer can hold', async () => {
    const waiting = new WaitingCalls(10);
    const calls = [Infinity, 2 ** 31].map((timeoutMs) => waiting.add(async () => 'started', { timeoutMs }));
    jest.advanceTimersByTime(60_000);
    waiting.startAll();
    expect(await Promise.all(calls)).toEqual(['started', 'started']);
  });

  it('do not start after all when the start of another one made them fail', async () => {
    const waiting = new WaitingCalls(10);
    let started = 0;
    const first = waiting.add(async () => waiting.failAll(new Error('closed')), { timeoutMs: 1_000 });
    const second = failureOf(waiting.add(async () => void started++, { timeoutMs: 1_000 }));
    waiting.startAll();
    await first;
    expect([await second, started]).toEqual([new Error('closed'), 0]);
  });

  it('fail also with a reason that has no text', async () => {
    const waiting = new WaitingCalls(10);
    const controller = new AbortController();
    const failure = failureOf(waiting.add(async () => undefined, { timeoutMs: 1_000, signal: controller.signal }));
    controller.abort(Object.create(null));
    expect(await failure).toMatchObject({ message: 'a value of the type object' });
  });

  it('leave no timer behind when their signal is none', async () => {
    const waiting = new WaitingCalls(10);
    const notASignal = new AbortController() as unknown as AbortSignal; // What plain JavaScript may hand over.
    await expect(waiting.add(async () => undefined, { timeoutMs: 1_000, signal: notASignal })).rejects.toThrow(TypeError);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are refused beyond the bound', async () => {
    const waiting = new WaitingCalls(1);
    const first = waiting.add(async () => 'first', { timeoutMs: 1_000 });
    await expect(waiting.add(async () => 'second', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'TOO_MANY_CALLS' });
    waiting.startAll();
    expect(await first).toBe('first');
  });

  it('all fail when there will be no connection', async () => {
    const waiting = new WaitingCalls(10);
    const calls = [1, 2].map(() => waiting.add(async () => undefined, { timeoutMs: 1_000 }));
    const outcomes = Promise.allSettled(calls);
    waiting.failAll(new Error('closed'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
