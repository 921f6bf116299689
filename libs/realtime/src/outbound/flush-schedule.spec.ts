import { FlushSchedule } from './flush-schedule.js';
import { tickDone } from '../../../../test/sessions/fake-transport.js';

function harness() {
  const flushed: string[] = [];
  const faults: unknown[] = [];
  const schedule = new FlushSchedule((fault, queue) => faults.push([fault, queue]));
  const queue = (name: string) => ({ flush: () => void flushed.push(name) });
  return { schedule, flushed, faults, queue };
}

describe('FlushSchedule', () => {
  it('flushes in the order of asking, after the running callback', async () => {
    const { schedule, flushed, queue } = harness();
    schedule.add(queue('a'));
    schedule.add(queue('b'));
    expect(flushed).toEqual([]);
    await tickDone();
    expect(flushed).toEqual(['a', 'b']);
  });

  it('waits for the promises that are ready in the same tick', async () => {
    const { schedule, flushed, queue } = harness();
    const done = Promise.resolve()
      .then(() => schedule.add(queue('first')))
      .then(() => undefined)
      .then(() => undefined)
      .then(() => flushed.length);
    expect(await done).toBe(0);
    await tickDone();
    expect(flushed).toEqual(['first']);
  });

  it('flushes a queue once for each time that it asks', async () => {
    const { schedule, flushed, queue } = harness();
    const again = queue('again');
    schedule.add(again);
    await tickDone();
    schedule.add(again);
    await tickDone();
    await tickDone();
    expect(flushed).toEqual(['again', 'again']);
  });

  it('flushes what asks while others are flushed', async () => {
    const { schedule, flushed, queue } = harness();
    schedule.add({ flush: () => schedule.add(queue('inner')) });
    schedule.add(queue('outer'));
    await tickDone();
    expect(flushed).toEqual(['outer', 'inner']);
  });

  it('reports a queue that throws, and flushes the others all the same', async () => {
    const { schedule, flushed, faults, queue } = harness();
    const fault = new Error('broken pipe');
    const broken = {
      flush: () => {
        throw fault;
      },
    };
    schedule.add(queue('before'));
    schedule.add(broken);
    schedule.add(queue('after'));
    await tickDone();
    expect(flushed).toEqual(['before', 'after']);
    expect(faults).toEqual([[fault, broken]]);
  });
});
