import { eventually } from '../../../../test/support/eventually.js';
import { EventLoopDelay } from './event-loop-delay.js';

function block(durationMs: number): void {
  const until = performance.now() + durationMs;
  while (performance.now() < until);
}

describe('the delay of the event loop', () => {
  it('is seen when something holds the loop up, and forgotten after two windows', async () => {
    const delay = new EventLoopDelay();
    delay.start(0);
    try {
      await eventually(() => {
        block(200);
        expect(delay.readMs(1_000)).toBeGreaterThan(100);
      });
      expect(delay.readMs(5_000)).toBeGreaterThan(100);
      expect(delay.readMs(6_000)).toBeGreaterThan(100);
      expect(delay.readMs(15_000)).toBeLessThan(100);
    } finally {
      delay.stop();
    }
  });

  it('is nothing before anything was measured', () => {
    expect(new EventLoopDelay().readMs(0)).toBe(0);
  });
});
