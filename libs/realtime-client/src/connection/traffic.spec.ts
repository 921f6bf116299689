import { jest } from '@jest/globals';
import type { Frame } from './traffic.js';
import { Traffic } from './traffic.js';

describe('traffic', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000 }));
  afterEach(() => void jest.useRealTimers());

  it('shows text frames as they pass, until the watcher is taken back', () => {
    const traffic = new Traffic(() => undefined);
    const frames: Frame[] = [];
    const stop = traffic.watchers.add((frame) => frames.push(frame));
    traffic.left('out');
    traffic.came('in');
    traffic.came(new ArrayBuffer(1));
    stop();
    traffic.left('unseen');
    expect(frames).toEqual([
      { direction: 'out', text: 'out', atMs: 1_000 },
      { direction: 'in', text: 'in', atMs: 1_000 },
    ]);
  });

  it('knows when something came last, whatever it was', () => {
    const traffic = new Traffic(() => undefined);
    expect(traffic.lastHeardAtMs).toBe(0);
    traffic.came('text');
    jest.advanceTimersByTime(500);
    traffic.left('text');
    expect(traffic.lastHeardAtMs).toBe(1_000);
    traffic.came(new ArrayBuffer(1));
    expect(traffic.lastHeardAtMs).toBe(1_500);
  });
});
