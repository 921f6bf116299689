import { jest } from '@jest/globals';
import { Liveness } from './liveness.js';

describe('liveness', () => {
  let asked: number;
  let silent: number;
  let liveness: Liveness;

  beforeEach(() => {
    jest.useFakeTimers();
    asked = 0;
    silent = 0;
    liveness = new Liveness(
      { intervalMs: 1_000, timeoutMs: 200 },
      () => void asked++,
      () => void silent++,
    );
  });

  afterEach(() => void jest.useRealTimers());

  it('asks only after a whole interval without a frame', () => {
    liveness.start();
    jest.advanceTimersByTime(900);
    liveness.heard();
    jest.advanceTimersByTime(900);
    expect(asked).toBe(0);
    jest.advanceTimersByTime(100);
    expect(asked).toBe(1);
  });

  it('is content with any frame that comes in time', () => {
    liveness.start();
    jest.advanceTimersByTime(1_100);
    liveness.heard();
    jest.advanceTimersByTime(999);
    expect([asked, silent]).toEqual([1, 0]);
    jest.advanceTimersByTime(1);
    expect(asked).toBe(2);
  });

  it('reports silence once when nothing comes', () => {
    liveness.start();
    jest.advanceTimersByTime(1_200);
    expect([asked, silent, jest.getTimerCount()]).toEqual([1, 1, 0]);
  });

  it('asks after each interval and never gives up with a timeout of 0', () => {
    const patient = new Liveness(
      { intervalMs: 1_000, timeoutMs: 0 },
      () => void asked++,
      () => void silent++,
    );
    patient.start();
    jest.advanceTimersByTime(3_000);
    patient.heard();
    jest.advanceTimersByTime(1_999);
    expect([asked, silent]).toEqual([4, 0]);
    patient.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does nothing once it is stopped, and nothing at all with an interval of 0', () => {
    liveness.start();
    liveness.stop();
    const off = new Liveness(
      { intervalMs: 0, timeoutMs: 200 },
      () => void asked++,
      () => void silent++,
    );
    off.start();
    expect(jest.getTimerCount()).toBe(0);
  });
});
