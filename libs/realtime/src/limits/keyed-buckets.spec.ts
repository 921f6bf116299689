import { heapBytes } from '../../../../test/support/collect-garbage.js';
import { KeyedBuckets } from './keyed-buckets.js';

describe('KeyedBuckets', () => {
  it('has one bucket for each key', () => {
    const buckets = new KeyedBuckets({ capacity: 1, refillPerSec: 1 });
    expect([buckets.take('a', 0, 1), buckets.take('a', 0, 1), buckets.take('b', 0, 1)]).toEqual([0, 1_000, 0]);
    expect([buckets.waitMs('a', 400, 1), buckets.waitMs('stranger', 400, 1)]).toEqual([600, 0]);
  });

  it('forgets a key when its bucket is full again, and not before', () => {
    const buckets = new KeyedBuckets({ capacity: 10, refillPerSec: 1 });
    buckets.take('a', 0, 1);
    buckets.take('b', 0, 5);
    buckets.sweep(999);
    expect(buckets.size).toBe(2);
    buckets.sweep(1_000);
    expect(buckets.size).toBe(1);
    expect(buckets.waitMs('b', 1_000, 10)).toBe(4_000);
    buckets.sweep(5_000);
    expect(buckets.size).toBe(0);
  });

  it('is empty after ten thousand keys came and went', () => {
    const buckets = new KeyedBuckets({ capacity: 5, refillPerSec: 1 });
    for (let index = 0; index < 10_000; index++) buckets.take(`2001:db8::${index.toString(16)}`, index, 1);
    expect(buckets.size).toBe(10_000);
    buckets.sweep(11_000);
    expect(buckets.size).toBe(0);
  });

  it('keeps nothing of keys that it forgot', async () => {
    const buckets = new KeyedBuckets({ capacity: 5, refillPerSec: 1 });
    const comeAndGo = (rounds: number): void => {
      for (let round = 0; round < rounds; round++) {
        for (let index = 0; index < 1_000; index++) buckets.take(`key ${round} ${index}`, round * 2_000, 1);
        buckets.sweep((round + 1) * 2_000);
      }
    };
    comeAndGo(20);
    const before = await heapBytes();
    comeAndGo(200);
    expect(((await heapBytes()) - before) / 200_000).toBeLessThan(10);
    expect(buckets.size).toBe(0);
  });

  it('remembers no more keys than it may, and those with the emptiest buckets longest', () => {
    const buckets = new KeyedBuckets({ capacity: 100, refillPerSec: 1 }, 8);
    for (let index = 0; index < 7; index++) buckets.take(`busy ${index}`, 0, 100);
    for (let index = 0; index < 10_000; index++) buckets.take(`passing ${index}`, 0, 1);
    expect(buckets.size).toBe(8);
    for (let index = 0; index < 7; index++) expect(buckets.waitMs(`busy ${index}`, 0, 1)).toBe(1_000);
  });

  it('makes room also where it may remember only one key', () => {
    const buckets = new KeyedBuckets({ capacity: 2, refillPerSec: 1 }, 1);
    for (const key of ['a', 'b', 'a', 'b']) buckets.take(key, 0, 1);
    expect([buckets.size, buckets.waitMs('b', 0, 2)]).toEqual([1, 1_000]);
  });
});
