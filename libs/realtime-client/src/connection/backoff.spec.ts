import { backoffMs } from './backoff.js';

const options = { baseMs: 500, maxMs: 20_000 };

describe('the wait before the next attempt', () => {
  it('is bounded by the base, and the bound doubles with every failed attempt', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 1, options))).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('never goes beyond the maximum, however many attempts failed', () => {
    expect([7, 20, 5_000].map((attempt) => backoffMs(attempt, 1, options))).toEqual([20_000, 20_000, 20_000]);
  });

  it('is a number also with a base of 0, however many attempts failed', () => {
    expect(backoffMs(5_000, 1, { baseMs: 0, maxMs: 20_000 })).toBe(0);
  });

  it('is any part of its bound, so that clients spread', () => {
    expect([0, 0.25, 0.5].map((random) => backoffMs(3, random, options))).toEqual([0, 500, 1_000]);
  });
});
