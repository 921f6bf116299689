import type { Session } from '../session/session.js';
import { WriteTimeout } from './write-timeout.js';

function harness(timeoutMs = 1000) {
  const session = { pulse: { writeMark: undefined as number | undefined }, closed: 0, tooSlow: () => void session.closed++ };
  const timeout = new WriteTimeout(timeoutMs);
  // What the task needs of a session.
  const check = (nowMs: number): void => timeout.check(session as unknown as Session, nowMs);
  return { session, check, timeout };
}

describe('WriteTimeout', () => {
  it('closes a session when nothing was taken for so long while something waited', () => {
    const { session, check } = harness();
    session.pulse.writeMark = 5;
    for (const nowMs of [0, 250, 500, 750, 999]) check(nowMs);
    expect(session.closed).toBe(0);
    check(1000);
    expect(session.closed).toBe(1);
  });

  it('leaves a session alone that takes a little now and then', () => {
    const { session, check } = harness();
    for (let nowMs = 0; nowMs < 60_000; nowMs += 900) {
      session.pulse.writeMark = nowMs;
      check(nowMs);
    }
    expect(session.closed).toBe(0);
  });

  it('leaves a session alone for which nothing waits, and begins anew when something does', () => {
    const { session, check } = harness();
    session.pulse.writeMark = 5;
    check(0);
    session.pulse.writeMark = undefined;
    check(900);
    session.pulse.writeMark = 5;
    check(1000);
    check(1900);
    expect(session.closed).toBe(0);
    check(2000);
    expect(session.closed).toBe(1);
  });

  it('looks four times as often as the time is long', () => {
    expect([harness(10_000).timeout.everyMs, harness(1).timeout.everyMs]).toEqual([2500, 1]);
  });
});
