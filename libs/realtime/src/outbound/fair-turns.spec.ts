import { ALL_AT_ONCE, FairTurns } from './fair-turns.js';

/** A clock that each step of the work moves on. */
function harness(sliceMs: number, stepMs: number) {
  let nowMs = 0;
  const done: number[] = [];
  const turns = new FairTurns(sliceMs, () => nowMs);
  const step = (item: number): void => {
    done.push(item);
    nowMs += stepMs;
  };
  const spend = (ms: number): void => void (nowMs += ms);
  return { turns, step, done, spend };
}

/** @returns what was seen of the steps done, by others who have a turn of the loop again and again until the work is over */
async function seenByOthers(rest: Promise<void> | undefined, done: readonly number[]): Promise<number[]> {
  const seen = new Set<number>();
  let over = false;
  const others = async (): Promise<void> => {
    while (!over) {
      seen.add(done.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const watching = others();
  await rest;
  over = true;
  await watching;
  return [...seen];
}

const range = (count: number): number[] => [...Array(count).keys()];

describe('work over many', () => {
  it('is done at once if it fits into a slice, without a promise', () => {
    const { turns, step, done } = harness(5, 0.1);
    expect(turns.each(range(40), step)).toBeUndefined();
    expect(done).toEqual(range(40));
  });

  it('lets others have their turn after each slice, and keeps its order', async () => {
    const { turns, step, done } = harness(5, 1);
    const seen = await seenByOthers(turns.each(range(40), step), done);
    expect(done).toEqual(range(40));
    expect(seen).toEqual([5, 10, 15, 20, 25, 30, 35, 40]);
  });

  it('counts what its steps leave behind for the same turn, from the second slice on', async () => {
    const { turns, done, spend } = harness(8, 0);
    const rest = turns.each(range(200), (item) => {
      done.push(item);
      spend(0.5);
      process.nextTick(() => process.nextTick(() => spend(1)));
    });
    const seen = await seenByOthers(rest, done);
    expect(done).toEqual(range(200));
    const slices = seen.map((count, index, all) => count - (all[index - 1] ?? 0));
    expect(slices[0]).toBe(16);
    expect(Math.max(...slices.slice(1))).toBeLessThanOrEqual(8);
  });

  it('looks at what is live when its turn comes', async () => {
    const { turns, step, done } = harness(5, 1);
    const people = new Set(range(20));
    const rest = turns.each(people, step);
    people.delete(19);
    people.add(20);
    await rest;
    expect(done).toEqual([...range(19), 20]);
  });

  it.each([3, 20])('ends with what step %i throws, which is told to the caller', async (bad) => {
    const { turns, step, done } = harness(5, 1);
    const all = async (): Promise<void> =>
      turns.each(range(40), (item) => {
        if (item === bad) throw new Error('broken');
        step(item);
      });
    await expect(all()).rejects.toThrow('broken');
    expect(done).toEqual(range(bad));
  });

  it('stops between slices when it is told to', async () => {
    const { turns, step, done } = harness(5, 1);
    let goes = true;
    const rest = turns.each(range(100), step, () => goes);
    goes = false;
    await rest;
    expect(done).toEqual(range(5));
  });

  it('knows no slices where they are switched off', () => {
    const { step, done } = harness(0, 1_000);
    expect(ALL_AT_ONCE.each(range(1000), step)).toBeUndefined();
    expect(done).toHaveLength(1000);
  });
});
