import { SliceClock } from './slice-clock.js';

/** Takes steps until the slice is over. @returns the time it took, the steps and the looks at the clock, the one at the beginning among them */
function sliceOf(sliceMs: number, stepMs: (step: number) => number, most = 100_000) {
  let nowMs = 1000;
  let looks = 0;
  const slice = new SliceClock(sliceMs, () => {
    looks++;
    return nowMs;
  });
  slice.begin();
  let steps = 0;
  do nowMs += stepMs(steps++);
  while (!slice.isOver() && steps < most);
  return { tookMs: nowMs - 1000, steps, looks };
}

describe('the clock of a slice', () => {
  it('looks once in eight steps while they are cheap, and ends on time', () => {
    const { tookMs, steps, looks } = sliceOf(5, () => 0.004);
    expect(tookMs).toBeGreaterThanOrEqual(5);
    expect(tookMs).toBeLessThan(5.05);
    expect(looks).toBeLessThan(steps / 6);
  });

  it.each([1, 7, 100])('is over one step after its time where a step takes %d ms', (stepMs) => {
    expect(sliceOf(5, () => stepMs).tookMs).toBe(Math.ceil(5 / stepMs) * stepMs);
  });

  it('looks again at once where steps become dear', () => {
    const { tookMs } = sliceOf(5, (step) => (step < 20 ? 0.01 : step < 28 ? 0.5 : 20));
    expect(tookMs).toBeLessThan(26);
  });

  it('counts what was before its beginning', () => {
    let nowMs = 1000;
    const slice = new SliceClock(5, () => nowMs);
    slice.begin(996);
    nowMs = 1001;
    expect(slice.isOver()).toBe(true);
  });

  it('begins with the end of its first step where nobody says more', () => {
    let nowMs = 1000;
    const slice = new SliceClock(5, () => nowMs);
    slice.reset();
    expect(slice.isOver()).toBe(false);
    nowMs = 1004;
    for (let step = 0; step < 8; step++) expect(slice.isOver()).toBe(false);
    nowMs = 1005;
    expect(Array.from({ length: 8 }, () => slice.isOver())).toContain(true);
  });

  it('is never over where slices are switched off, and looks at no clock', () => {
    expect(sliceOf(0, () => 1000, 100)).toEqual({ tookMs: 100_000, steps: 100, looks: 0 });
  });
});
