import { FairIntake } from './fair-intake.js';

/** A clock that each text that is taken moves on. */
function harness(sliceMs: number, takeMs: number) {
  let nowMs = 0;
  const taken: string[] = [];
  const intake = new FairIntake(
    (_channel, text) => {
      taken.push(text);
      nowMs += takeMs;
    },
    sliceMs,
    () => nowMs,
  );
  const add = (texts: readonly string[]): void => texts.forEach((text) => intake.add('channel', text));
  return { add, taken };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const texts = (count: number): string[] => [...Array(count).keys()].map(String);

describe('What comes from other nodes', () => {
  it('is taken at once if it fits into a slice', () => {
    const { add, taken } = harness(5, 0.1);
    add(texts(40));
    expect(taken).toEqual(texts(40));
  });

  it('lets others have their turn after each slice, and keeps its order', async () => {
    const { add, taken } = harness(5, 1);
    add(texts(23));
    const seen = [taken.length];
    while (taken.length < 23) {
      await turn();
      if (taken.length !== seen.at(-1)) seen.push(taken.length);
    }
    expect(taken).toEqual(texts(23));
    expect(seen).toEqual([5, 10, 15, 20, 23]);
  });

  it('stands behind what waits, however short it is', async () => {
    const { add, taken } = harness(5, 1);
    add(texts(7));
    await turn();
    add(['late']);
    while (taken.length < 8) await turn();
    expect(taken).toEqual([...texts(7), 'late']);
  });

  it('has a whole slice in each turn in which nothing waits', async () => {
    const { add, taken } = harness(5, 1);
    for (const round of [1, 2, 3]) {
      add(texts(4));
      expect(taken).toHaveLength(4 * round);
      await turn();
    }
  });

  it('is read no faster than it is taken when very much waits', () => {
    const { add, taken } = harness(5, 1);
    add(texts(10_105));
    expect(taken).toHaveLength(105);
    add(['more']);
    expect(taken).toHaveLength(106);
  });

  it('counts its characters as well', () => {
    const { add, taken } = harness(5, 1);
    add(texts(5));
    add(Array.from({ length: 5 }, () => 'x'.repeat(4 * 1024 * 1024)));
    expect(taken).toHaveLength(6);
  });

  it('is taken without slices if there are to be none', () => {
    const { add, taken } = harness(0, 100);
    add(texts(40));
    expect(taken).toEqual(texts(40));
  });
});
