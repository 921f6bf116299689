import { EndListeners } from './end-listeners.js';
import { PendingWork } from './pending-work.js';
import type { SessionEnd } from './session-end.js';

const END: SessionEnd = { code: 1000, reason: '', by: 'peer', wasClean: true };

describe('what a listener returns', () => {
  it('is kept until it is done, also if it is no promise but only has then', async () => {
    const work = new PendingWork();
    const faults: unknown[] = [];
    const fault = new Error('asked too late');
    const listeners = new EndListeners();
    // As query builders of databases: they begin when somebody asks for their result.
    const asked = new Promise<(fault: unknown) => void>((found) => {
      listeners.add(() => ({ then: (_resolve: unknown, reject: (fault: unknown) => void) => found(reject) }));
    });
    listeners.tell(END, work, (thrown) => faults.push(thrown));
    const fail = await asked;
    expect([work.size, faults]).toEqual([1, []]);
    fail(fault);
    await work.settled();
    expect([work.size, faults]).toEqual([0, [fault]]);
  });

  it('is nothing to wait for if it is a value', () => {
    const work = new PendingWork();
    const listeners = new EndListeners();
    listeners.add(() => 'done');
    listeners.tell(END, work, () => undefined);
    expect(work.size).toBe(0);
  });
});
