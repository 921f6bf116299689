import { jest } from '@jest/globals';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { PendingWork } from '../session/pending-work.js';
import { DRAIN_DEFAULTS, DrainService } from './drain.service.js';
import { NodeState } from './node-state.js';

function house(delayMs: number) {
  const state = new NodeState();
  const log = { log: () => undefined, warn: () => undefined };
  const registry = new SessionRegistry(new TopicIndex(), []);
  return { state, drains: new DrainService(state, registry, new PendingWork(), { ...DRAIN_DEFAULTS, delayMs }, log) };
}

describe('a drain with a delay', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('is leaving and takes sessions until the delay is over', async () => {
    const { state, drains } = house(5_000);
    const done = drains.drain();
    expect([state.current, state.takesSessions]).toEqual(['leaving', true]);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(state.current).toBe('leaving');
    await jest.advanceTimersByTimeAsync(1);
    expect(await done).toEqual({ sessions: 0, cut: 0 });
    expect([state.current, state.takesSessions, jest.getTimerCount()]).toEqual(['stopped', false, 0]);
  });

  it.each([0, 1])('waits no longer when it is hurried, %i ticks after it began', async (ticks) => {
    const { drains } = house(5_000);
    const done = drains.drain();
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    drains.hurry();
    expect(await done).toEqual({ sessions: 0, cut: 0 });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('takes the delay of the one who asks first', async () => {
    const { state, drains } = house(5_000);
    const done = drains.drain({ delayMs: 0 });
    expect(state.current).toBe('draining');
    expect(await drains.drain({ delayMs: 60_000 })).toEqual(await done);
  });

  it.each([-1, 0.5, NaN, 2 ** 31])('takes no delay of %p ms', (delayMs) => {
    expect(() => house(0).drains.drain({ delayMs })).toThrow(/delayMs must be an integer within/);
  });
});
