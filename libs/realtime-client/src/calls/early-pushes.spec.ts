import { jest } from '@jest/globals';
import { EarlyPushes } from './early-pushes.js';

describe('pushes that come behind the answer for a topic', () => {
  let heard: string[];
  let early: EarlyPushes;
  const take = (...methods: readonly string[]): void => methods.forEach((method) => early.take({ method, params: undefined }));

  beforeEach(() => {
    jest.useFakeTimers();
    heard = [];
    early = new EarlyPushes(({ method }) => heard.push(method));
  });
  afterEach(() => void jest.useRealTimers());

  it('wait for one turn, and keep their order', () => {
    take('before');
    early.hold();
    take('a', 'b');
    expect(heard).toEqual(['before']);
    jest.advanceTimersByTime(1);
    take('c');
    expect([heard, jest.getTimerCount()]).toEqual([['before', 'a', 'b', 'c'], 0]);
  });

  it('wait no longer because of a second answer', () => {
    early.hold();
    take('a');
    early.hold();
    jest.advanceTimersByTime(1);
    expect(heard).toEqual(['a']);
  });

  it('keep their order also with those that come while they are delivered', () => {
    early = new EarlyPushes(({ method }) => {
      heard.push(method);
      if (method === 'a') take('c');
    });
    early.hold();
    take('a', 'b');
    early.release();
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  it('are all delivered when a thousand of them wait', () => {
    early.hold();
    for (let n = 0; n < 1_000; n++) take('push');
    expect([heard.length, jest.getTimerCount()]).toEqual([1_000, 0]);
  });
});
