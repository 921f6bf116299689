import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { Observers } from '../observe/observers.js';
import type { DroppedFacts } from '../observe/realtime-observer.js';
import { LossReports } from './loss-reports.js';

function harness() {
  const told: DroppedFacts[] = [];
  const observers = new Observers(() => undefined);
  const reports = new LossReports(observers);
  return { told, observers, reports };
}

describe('LossReports', () => {
  it('tells once for each burst, session and policy', async () => {
    const { told, observers, reports } = harness();
    observers.add({ dropped: (facts) => void told.push(facts) });
    for (let n = 0; n < 1000; n++) reports.add(n % 2 === 0 ? 'a' : 'b', 'drop-oldest', 1, 10);
    reports.add('a', 'disconnect', 3, 7);
    expect(told).toEqual([]);
    await tickDone();
    expect(told).toEqual([
      { sessionId: 'a', policy: 'drop-oldest', frames: 500, bytes: 5000 },
      { sessionId: 'a', policy: 'disconnect', frames: 3, bytes: 7 },
      { sessionId: 'b', policy: 'drop-oldest', frames: 500, bytes: 5000 },
    ]);
    await tickDone();
    expect(told.length).toBe(3);
  });

  it('lets the event loop turn between what an observer hears and what it causes by that', async () => {
    const { told, observers, reports } = harness();
    const stop = observers.add({
      dropped: (facts) => {
        told.push(facts);
        reports.add('a', 'drop-oldest', 1, 1);
      },
    });
    reports.add('a', 'drop-oldest', 1, 1);
    await tickDone();
    const before = told.length;
    await tickDone();
    await tickDone();
    expect([before, told.length]).toEqual([1, 3]);
    stop();
  });

  it('notes nothing while nobody listens', async () => {
    const { told, observers, reports } = harness();
    reports.add('a', 'drop-oldest', 1, 1);
    observers.add({ dropped: (facts) => void told.push(facts) });
    await tickDone();
    expect(told).toEqual([]);
  });
});
