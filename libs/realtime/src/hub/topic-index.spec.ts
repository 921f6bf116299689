import { openSession } from '../session/open-session.fixture.js';
import type { Session } from '../session/session.js';
import { TopicIndex } from './topic-index.js';

const open = (): Session => openSession().session;

describe('TopicIndex', () => {
  it('knows who listens, and each session knows to what', () => {
    const index = new TopicIndex();
    const [a, b] = [open(), open()];
    expect([index.join(a, 'x'), index.join(b, 'x'), index.join(a, 'y')]).toEqual([true, true, true]);
    expect([[...index.sessionsOf('x')], [...index.sessionsOf('y')], index.size]).toEqual([[a, b], [a], 2]);
    expect([[...a.topics], [...b.topics]]).toEqual([['x', 'y'], ['x']]);
  });

  it('lets a session join once and leave once', () => {
    const index = new TopicIndex();
    const session = open();
    expect([index.join(session, 'x'), index.join(session, 'x'), index.sessionsOf('x').size]).toEqual([true, false, 1]);
    expect([index.leave(session, 'x'), index.leave(session, 'x'), session.topics.size]).toEqual([true, false, 0]);
  });

  it('forgets a topic with its last listener, and begins it anew with the next', () => {
    const index = new TopicIndex();
    const [last, next] = [open(), open()];
    index.join(last, 'x');
    index.leave(last, 'x');
    expect([index.size, index.sessionsOf('x').size]).toEqual([0, 0]);
    index.join(next, 'x');
    expect([...index.sessionsOf('x')]).toEqual([next]);
  });

  it('takes a session out of all its topics, and no other session out of any', () => {
    const index = new TopicIndex();
    const [leaver, stayer] = [open(), open()];
    for (const topic of ['x', 'y', 'z']) index.join(leaver, topic);
    index.join(stayer, 'y');
    index.leaveAll(leaver);
    expect([leaver.topics.size, index.size, [...index.sessionsOf('y')]]).toEqual([0, 1, [stayer]]);
  });

  it.each(['closing', 'closed'] as const)('does not let a session join that is %s', (state) => {
    const index = new TopicIndex();
    const session = open();
    session.close();
    if (state === 'closed') session.ended(1006, '', false);
    expect([index.join(session, 'x'), index.size, session.topics.size]).toEqual([false, 0, 0]);
  });

  it('knows nobody of a topic that is named like a member of every object', () => {
    const index = new TopicIndex();
    for (const topic of ['__proto__', 'constructor', 'toString']) expect(index.sessionsOf(topic).size).toBe(0);
    expect(index.join(open(), '__proto__')).toBe(true);
    expect(index.sessionsOf('__proto__').size).toBe(1);
  });

  it('takes 40,000 sessions into one topic in about twice the time of 20,000, and lets them go likewise', () => {
    const timeOf = (count: number): number => {
      const index = new TopicIndex();
      const sessions = Array.from({ length: count }, open);
      const startMs = performance.now();
      for (const session of sessions) index.join(session, 'x');
      expect(index.sessionsOf('x').size).toBe(count);
      for (const session of sessions) index.leave(session, 'x');
      expect(index.size).toBe(0);
      return performance.now() - startMs;
    };
    timeOf(20_000);
    const small = Math.min(timeOf(20_000), timeOf(20_000), timeOf(20_000));
    const large = Math.min(timeOf(40_000), timeOf(40_000), timeOf(40_000));
    // Quadratic growth would be far beyond: one copy of the topic for each join is seconds.
    expect(large).toBeLessThan(Math.max(small * 8, 1_000));
  });
});
