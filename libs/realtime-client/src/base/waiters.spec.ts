import { failureOf } from '../../../../test/client/failure-of.js';
import { Waiters } from './waiters.js';

describe('waiters', () => {
  it('all resolve when it is settled, each once', async () => {
    const waiters = new Waiters();
    const outcomes = Promise.all([waiters.wait(), waiters.wait()]);
    expect(waiters.size).toBe(2);
    waiters.settle();
    waiters.settle(new Error('late'));
    expect([await outcomes, waiters.size]).toEqual([[undefined, undefined], 0]);
  });

  it('all reject with the error, and those who come later wait for the next outcome', async () => {
    const waiters = new Waiters();
    const failure = failureOf(waiters.wait());
    waiters.settle(new Error('no'));
    const later = waiters.wait();
    waiters.settle();
    expect([await failure, await later]).toEqual([new Error('no'), undefined]);
  });
});
