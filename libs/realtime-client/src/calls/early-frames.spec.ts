import { jest } from '@jest/globals';
import { EarlyFrames } from './early-frames.js';

describe('what comes behind the answer for a topic', () => {
  let heard: string[];
  let early: EarlyFrames;
  const frames = (...names: readonly string[]): void => names.forEach((name) => early.frame(() => void heard.push(name)));
  const push = (name: string): void => early.push(() => void heard.push(name));

  beforeEach(() => {
    jest.useFakeTimers();
    heard = [];
    early = new EarlyFrames();
  });
  afterEach(() => void jest.useRealTimers());

  it('waits for one turn, and keeps its order', () => {
    frames('before');
    early.hold();
    frames('a', 'b');
    expect(heard).toEqual(['before']);
    jest.advanceTimersByTime(1);
    frames('c');
    expect([heard, jest.getTimerCount()]).toEqual([['before', 'a', 'b', 'c'], 0]);
  });

  it('waits no longer because of a second answer in the same turn', () => {
    early.hold();
    frames('a');
    early.hold();
    jest.advanceTimersByTime(1);
    expect(heard).toEqual(['a']);
  });

  it('waits also if it stands in the same frame, before the frames that follow', () => {
    early.frame(() => {
      early.hold();
      push('in the frame');
    });
    frames('behind it');
    expect(heard).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(heard).toEqual(['in the frame', 'behind it']);
  });

  it('waits for another turn behind another answer', () => {
    early.hold();
    early.frame(() => early.hold());
    early.frame(() => push('a'));
    jest.advanceTimersToNextTimer();
    expect(heard).toEqual([]);
    jest.advanceTimersToNextTimer();
    expect(heard).toEqual(['a']);
  });

  it('is dealt with before frames that come meanwhile', () => {
    early.hold();
    early.frame(() => {
      push('a');
      frames('d');
      push('b');
    });
    frames('c');
    jest.advanceTimersByTime(1);
    expect(heard).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is dealt with at once when nobody can wait for it, or a thousand wait', () => {
    early.hold();
    frames('a');
    early.release();
    early.hold();
    for (let n = 0; n < 1_000; n++) frames('more');
    expect([heard.length, jest.getTimerCount()]).toEqual([1_001, 0]);
  });
});
