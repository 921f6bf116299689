import { LANE } from './flush-lane.js';
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
    schedule.add(queue('a'), LANE.replies);
    schedule.add(queue('b'), LANE.replies);
    expect(flushed).toEqual([]);
    await tickDone();
    expect(flushed).toEqual(['a', 'b']);
  });

  it('waits for the promises that are ready in the same tick', async () => {
    const { schedule, flushed, queue } = harness();
    const done = Promise.resolve()
      .then(() => schedule.add(queue('first'), LANE.replies))
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
    schedule.add(again, LANE.replies);
    await tickDone();
    schedule.add(again, LANE.replies);
    await tickDone();
    await tickDone();
    expect(flushed).toEqual(['again', 'again']);
  });

  it('flushes what asks while others are flushed', async () => {
    const { schedule, flushed, queue } = harness();
    schedule.add({ flush: () => schedule.add(queue('inner'), LANE.replies) }, LANE.replies);
    schedule.add(queue('outer'), LANE.replies);
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
    schedule.add(queue('before'), LANE.replies);
    schedule.add(broken, LANE.replies);
    schedule.add(queue('after'), LANE.replies);
    await tickDone();
    expect(flushed).toEqual(['before', 'after']);
    expect(faults).toEqual([[fault, broken]]);
  });
});

describe('a flush of many', () => {
  /** Each flush takes a millisecond. */
  function slowWire(sliceMs: number) {
    let nowMs = 0;
    const log: string[] = [];
    const schedule = new FlushSchedule(
      () => undefined,
      sliceMs,
      () => nowMs,
    );
    const queue = (name: string) => ({
      flush: () => {
        nowMs++;
        log.push(name);
      },
    });
    const many = (count: number, prefix = 'p') => Array.from({ length: count }, (_unused, index) => queue(`${prefix}${index}`));
    return { schedule, log, queue, many };
  }
  const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const names = (count: number, prefix = 'p'): string[] => Array.from({ length: count }, (_unused, index) => `${prefix}${index}`);

  it('goes on in slices, one for each turn of the loop, in the order of asking', async () => {
    const { schedule, log, many } = slowWire(8);
    for (const queue of many(40)) schedule.add(queue, LANE.pushes);
    await tickDone();
    const seen = [log.length];
    while (log.length < 40) {
      await turnOfTheLoop();
      seen.push(log.length);
    }
    expect(Math.max(...seen.map((count, index) => count - (seen[index - 1] ?? 0)))).toBe(8);
    expect(log).toEqual(names(40));
  });

  it('lets replies pass, also those of the same tick and of queues that wait among the pushes', async () => {
    const { schedule, log, queue, many } = slowWire(8);
    const pushes = many(100);
    for (const one of pushes) schedule.add(one, LANE.pushes);
    schedule.add(queue('reply'), LANE.replies);
    expect(schedule.hasten(pushes[99] as (typeof pushes)[number])).toBe(true);
    await tickDone();
    expect(log.slice(0, 2)).toEqual(['reply', 'p99']);
    expect(log.length).toBeLessThan(60);
    schedule.add(queue('later reply'), LANE.replies);
    const before = log.length;
    await tickDone();
    expect(log[before]).toBe('later reply');
    while (log.length < 103) await turnOfTheLoop();
    expect(log.filter((name) => name.startsWith('p')).slice(1)).toEqual(names(100));
  });

  it('hastens nobody while there is no crowd: the queue is flushed in this tick anyway', async () => {
    const { schedule, log, queue } = slowWire(8);
    const own = queue('own');
    schedule.add(own, LANE.pushes);
    expect(schedule.hasten(own)).toBe(false);
    await tickDone();
    expect(log).toEqual(['own']);
  });

  it('goes on with pushes while replies never end, and with replies while pushes never end', async () => {
    const { schedule, log, many } = slowWire(8);
    for (const one of many(100)) schedule.add(one, LANE.pushes);
    for (const one of many(100, 'r')) schedule.add(one, LANE.replies);
    await tickDone();
    for (let turn = 0; turn < 4; turn++) await turnOfTheLoop();
    const count = (prefix: string): number => log.filter((name) => name.startsWith(prefix)).length;
    expect([count('p'), count('r')].every((flushed) => flushed >= 16)).toBe(true);
    while (log.length < 200) await turnOfTheLoop();
    expect(log.filter((name) => name.startsWith('r'))).toEqual(names(100, 'r'));
  });

  it('counts the time that queueing takes as part of the first slice', async () => {
    let nowMs = 0;
    const log: number[] = [];
    const schedule = new FlushSchedule(
      () => undefined,
      8,
      () => nowMs,
    );
    for (let index = 0; index < 200; index++) {
      nowMs++;
      schedule.add({ flush: () => void log.push(index) }, LANE.pushes);
    }
    await tickDone();
    expect(log).toHaveLength(1);
    while (log.length < 200) await turnOfTheLoop();
    expect(log).toEqual([...Array(200).keys()]);
  });

  it('holds the loop as long as it takes where slices are switched off', async () => {
    const { schedule, log, many } = slowWire(0);
    for (const one of many(500)) schedule.add(one, LANE.pushes);
    await tickDone();
    expect(log).toHaveLength(500);
  });
});
