import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('gives what it holds at once, and nothing more while the clock stands still', () => {
    const bucket = new TokenBucket({ capacity: 3, refillPerSec: 10 });
    expect([1, 2, 3, 4, 5].map(() => bucket.take(500))).toEqual([0, 0, 0, 100, 100]);
  });

  it('fills up as time goes on, and not beyond its capacity', () => {
    const bucket = new TokenBucket({ capacity: 2, refillPerSec: 10 });
    bucket.take(0, 2);
    expect([bucket.take(99), bucket.take(100), bucket.take(100)]).toEqual([1, 0, 100]);
    expect([1, 2, 3].map(() => bucket.take(3_600_000))).toEqual([0, 0, 100]);
  });

  it.each([
    [0.5, 2_000],
    [0.001, 1_000_000],
    [3, 334],
    [1_000_000, 1],
  ])('gives one token back at %p a second in whole milliseconds: %p', (refillPerSec, retryAfterMs) => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSec });
    bucket.take(0);
    expect(bucket.take(0)).toBe(retryAfterMs);
  });

  it('takes all that a call costs or nothing', () => {
    const bucket = new TokenBucket({ capacity: 10, refillPerSec: 1 });
    expect([bucket.take(0, 7), bucket.take(0, 4), bucket.take(0, 3), bucket.take(0, 1)]).toEqual([0, 1_000, 0, 1_000]);
  });

  it('looks without taking', () => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSec: 1 });
    expect([bucket.waitMs(0), bucket.waitMs(0), bucket.take(0), bucket.waitMs(0)]).toEqual([0, 0, 0, 1_000]);
  });

  it('is as before when tokens are given back, and never fuller than full', () => {
    const bucket = new TokenBucket({ capacity: 2, refillPerSec: 1 });
    bucket.take(0);
    bucket.take(0);
    bucket.giveBack();
    expect([bucket.take(0), bucket.take(0)]).toEqual([0, 1_000]);
    bucket.giveBack(2);
    bucket.giveBack(2);
    expect([bucket.take(5_000, 2), bucket.take(5_000)]).toEqual([0, 1_000]);
  });

  it('never promises what it can never hold', () => {
    const bucket = new TokenBucket({ capacity: 3, refillPerSec: 1 });
    expect(() => bucket.take(0, 4)).toThrow(RangeError);
    expect(bucket.take(0, 3)).toBe(0);
  });

  it('gives nothing away when the clock goes back', () => {
    const bucket = new TokenBucket({ capacity: 1, refillPerSec: 1 });
    bucket.take(10_000);
    expect([bucket.take(5_000), bucket.take(10_999), bucket.take(11_000)]).toEqual([6_000, 1, 0]);
  });

  it('is full when it has not been touched for long enough', () => {
    const bucket = new TokenBucket({ capacity: 5, refillPerSec: 2 });
    expect(bucket.isFull(0)).toBe(true);
    bucket.take(1_000, 3);
    expect([bucket.isFull(1_000), bucket.isFull(2_499), bucket.isFull(2_500)]).toEqual([false, false, true]);
  });
});

const rates = fc.record({
  capacity: fc.integer({ min: 1, max: 1_000 }),
  refillPerSec: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0.001, max: 1_000, noNaN: true })),
});
const visits = fc.array(
  fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5_000, noNaN: true })),
    cost: fc.integer({ min: 1, max: 1_000 }),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('whatever comes when, a bucket', () => {
  it('never gives more than its capacity and what has come back since', () => {
    fc.assert(
      fc.property(rates, visits, (rate, steps) => {
        const bucket = new TokenBucket(rate);
        let [nowMs, given] = [0, 0];
        for (const { pauseMs, cost } of steps) {
          nowMs += pauseMs;
          const wanted = Math.min(cost, rate.capacity);
          if (bucket.take(nowMs, wanted) === 0) given += wanted;
          // Fractions are rounded; nobody gains a token by it.
          expect(given).toBeLessThan(rate.capacity + (rate.refillPerSec * nowMs) / 1_000 + 1e-6);
        }
      }),
    );
  });

  it('gives when it said it would, and not a millisecond before', () => {
    fc.assert(
      fc.property(rates, visits, fc.double({ min: 0, max: 1e9, noNaN: true }), (rate, steps, startMs) => {
        const bucket = new TokenBucket(rate);
        let nowMs = startMs;
        for (const { pauseMs, cost } of steps) {
          nowMs += pauseMs;
          const wanted = Math.min(cost, rate.capacity);
          const waitMs = bucket.take(nowMs, wanted);
          if (waitMs === 0) continue;
          expect(Number.isInteger(waitMs)).toBe(true);
          // A clock of fractions may round by a hair, so the last moment before is looked at a little earlier.
          expect(bucket.waitMs(nowMs + waitMs - 1.001, wanted)).toBeGreaterThan(0);
          expect(bucket.waitMs(nowMs + waitMs, wanted)).toBe(0);
        }
      }),
    );
  });
});
