import { citations, citationsIn } from './citations.js';
import { REQUIREMENTS } from './requirements.js';

const cited = citations();

describe('the conformance list', () => {
  it('is cited by tests from the first to the last rule', () => {
    const ids = new Set(cited.map(({ id }) => id));
    const due = [...REQUIREMENTS].filter(([, { awaits }]) => awaits === undefined).map(([id]) => id);
    expect(due.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('holds every id that a test cites', () => {
    expect(cited.filter(({ id }) => !REQUIREMENTS.has(id))).toEqual([]);
  });

  it('says of no rule that it waits for a feature once a test cites it', () => {
    expect(cited.filter(({ id }) => REQUIREMENTS.get(id)?.awaits !== undefined)).toEqual([]);
  });

  it('numbers its rules without gaps', () => {
    const numbered = new Map<string, number>();
    for (const id of REQUIREMENTS.keys()) {
      const family = id.charAt(0);
      numbered.set(family, (numbered.get(family) ?? 0) + 1);
      expect(id).toBe(`${family}${numbered.get(family)}`);
    }
    expect(Object.fromEntries(numbered)).toMatchObject({ R: 11, N: 2, S: 8, B: 10 });
  });
});

describe('citations', () => {
  it('are read from plain tests and from tests over a table', () => {
    const text = "describe('x', () => { it('works [R1 S2]', () => {}); it.each([1, 2])('works with %s [B3]', () => {}); });";
    expect(citationsIn('x.spec.ts', text).map(({ id }) => id)).toEqual(['R1', 'S2', 'B3']);
  });

  it('do not count in tests that never run, in groups and in comments', () => {
    const text = "it.skip('a [R1]', f); it.todo('b [R2]'); xit('c [R3]', f); describe('d [R4]', f); // it('e [R5]', f)";
    expect(citationsIn('x.spec.ts', text)).toEqual([]);
  });

  it('do not count in the middle of a title', () => {
    expect(citationsIn('x.spec.ts', "it('answers [1] with one error', f);")).toEqual([]);
  });
});
