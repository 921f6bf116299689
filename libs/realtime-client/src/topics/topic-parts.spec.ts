import { bytesForTopics, topicParts } from './topic-parts.js';

const named = (...topics: string[]): { topic: string }[] => topics.map((topic) => ({ topic }));
const lengths = (parts: readonly (readonly unknown[])[]): number[] => parts.map(({ length }) => length);

describe('topics of one call', () => {
  it('fill the bytes to the last one, with quotes and commas', () => {
    expect(lengths(topicParts(named('a', 'b', 'c'), '"a","b","c"'.length))).toEqual([3]);
    expect(lengths(topicParts(named('a', 'b', 'c'), '"a","b","c"'.length - 1))).toEqual([2, 1]);
  });

  it('are 200 at the most', () => {
    const topics = named(...Array.from({ length: 401 }, (_, n) => String(n)));
    expect(lengths(topicParts(topics, Infinity))).toEqual([200, 200, 1]);
  });

  it('leave a name that fits no frame to a call of its own', () => {
    expect(lengths(topicParts(named('a', 'long'.repeat(10), 'b'), 10))).toEqual([1, 1, 1]);
    expect(topicParts([], 10)).toEqual([]);
  });

  it('have what the smaller bound leaves beside the longest method', () => {
    const limits = { frameBytes: 1_000, bufferedChars: 2_000 };
    const left = bytesForTopics(limits, ['subscribe', 'unsubscribe']);
    expect(left).toBe(bytesForTopics({ frameBytes: 2_000, bufferedChars: 1_000 }, ['unsubscribe']));
    expect(bytesForTopics(limits, ['subscribe']) - left).toBe('un'.length);
  });
});
