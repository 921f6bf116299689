import { LatencyHistogram } from './latency-histogram.js';

describe('a latency histogram', () => {
  it('is empty at first', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.count, histogram.quantile(0.5), histogram.quantile(0.99)]).toEqual([0, 0, 0]);
  });

  it('gives quantiles that are at most a tenth too long', () => {
    const histogram = new LatencyHistogram();
    for (let n = 1; n <= 1000; n++) histogram.add(n / 10);
    for (const [share, exact] of [
      [0.01, 1],
      [0.5, 50],
      [0.95, 95],
      [0.99, 99],
      [1, 100],
    ] as const) {
      const ratio = histogram.quantile(share) / exact;
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(ratio).toBeLessThan(1.1);
    }
  });

  it('takes whatever a clock says', () => {
    const histogram = new LatencyHistogram();
    for (const duration of [0, 1e-9, 0.001, 1e12, Infinity, -1]) histogram.add(duration);
    expect(histogram.count).toBe(6);
    expect(histogram.quantile(0)).toBeLessThan(0.0012);
    expect(histogram.quantile(1)).toBeGreaterThan(3_600_000);
  });
});
