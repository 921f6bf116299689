import { median, percentile, ratios, spread } from './statistics.js';

describe('median', () => {
  it('is the middle value of an odd number of values, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('lies half way between the two middle values of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('sorts by value and not by text', () => {
    expect(median([100, 20, 3])).toBe(20);
  });

  it('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses to invent one where there is no value', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('spread', () => {
  it('is the median with the least and the greatest value', () => {
    expect(spread([5, 1, 9, 4])).toEqual({ median: 4.5, min: 1, max: 9 });
  });

  it('of a single round is that round three times', () => {
    expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 });
  });
});

describe('ratios', () => {
  it('compare round by round, so that a slow round changes nothing', () => {
    expect(ratios([2, 20, 3], [4, 40, 6])).toEqual([0.5, 0.5, 0.5]);
  });

  it('refuse rounds that have no partner', () => {
    expect(() => ratios([1, 2], [1])).toThrow('2 rounds cannot be compared with 1');
  });
});

describe('percentile', () => {
  it('is the smallest value that the share of all values does not exceed', () => {
    const values = [...Array(100).keys()].reverse();
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0.01)]).toEqual([49, 98, 99, 7]);
  });

  it('is not there of nothing', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
