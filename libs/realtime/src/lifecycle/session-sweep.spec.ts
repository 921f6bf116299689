import { jest } from '@jest/globals';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { openingSessions } from '../session/open-session.fixture.js';
import type { Session } from '../session/session.js';
import { SessionSweep } from './session-sweep.js';

function house() {
  const registry = new SessionRegistry(new TopicIndex(), []);
  const faults: unknown[] = [];
  const open = openingSessions(registry);
  const connect = (): Session => open().session;
  return { connect, faults, sweep: new SessionSweep(registry, (fault) => faults.push(fault)) };
}

describe('SessionSweep', () => {
  afterEach(() => jest.useRealTimers());

  it('shows every open session to every task, with the time', () => {
    const { connect, sweep } = house();
    const [a, b] = [connect(), connect()];
    connect().close();
    const seen: unknown[] = [];
    sweep.add((session, nowMs) => seen.push([session, nowMs]), 10);
    sweep.run(1000);
    expect(seen).toEqual([
      [a, 1000],
      [b, 1000],
    ]);
  });

  it('leaves out a task that is not due, and never lets one wait longer than it may', () => {
    const { connect, sweep } = house();
    connect();
    const ranAtMs: number[] = [];
    sweep.add((_session, nowMs) => ranAtMs.push(nowMs), 100);
    for (let nowMs = 0; nowMs <= 1000; nowMs += 10) sweep.run(nowMs);
    const pausesMs = ranAtMs.slice(1).map((nowMs, index) => nowMs - (ranAtMs[index] ?? 0));
    expect(Math.max(...pausesMs)).toBeLessThanOrEqual(100);
    expect(ranAtMs.length).toBeLessThan(50);
  });

  it('reports a task that throws, and serves the other sessions and tasks all the same', () => {
    const { connect, sweep, faults } = house();
    const [a, b] = [connect(), connect()];
    const fault = new Error('broken task');
    const seen: Session[] = [];
    sweep.add((session) => {
      if (session === a) throw fault;
    }, 10);
    sweep.add((session) => seen.push(session), 10);
    sweep.run(0);
    expect([faults, seen]).toEqual([[fault], [a, b]]);
  });

  it('does what belongs to no session once in a round, also while there are none', () => {
    const { connect, sweep, faults } = house();
    const fault = new Error('broken round');
    const ranAtMs: number[] = [];
    sweep.addRound(() => {
      throw fault;
    }, 100);
    sweep.addRound((nowMs) => ranAtMs.push(nowMs), 100);
    sweep.run(0);
    connect();
    connect();
    sweep.run(10);
    sweep.run(100);
    expect([ranAtMs, faults]).toEqual([
      [0, 100],
      [fault, fault],
    ]);
  });

  it('ends a thousand sessions in one round, and shows each of them once', () => {
    const { connect, sweep } = house();
    for (let i = 0; i < 1000; i++) connect();
    let shown = 0;
    sweep.add((session) => {
      shown++;
      session.close();
    }, 10);
    sweep.run(0);
    sweep.run(1000);
    expect(shown).toBe(1000);
  });

  it('ticks by one timer from start to stop, which does not keep the process alive', () => {
    jest.useFakeTimers();
    const { connect, sweep } = house();
    connect();
    let rounds = 0;
    sweep.start();
    expect(jest.getTimerCount()).toBe(0);
    sweep.add(() => rounds++, 100);
    sweep.add(() => undefined, 1000);
    sweep.start();
    sweep.start();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1000);
    expect(rounds).toBe(10);
    sweep.stop();
    sweep.stop();
    jest.advanceTimersByTime(1000);
    expect([rounds, jest.getTimerCount()]).toEqual([10, 0]);
  });
});
