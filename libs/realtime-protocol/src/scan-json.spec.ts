import { endOfScalar, endsToken, idTokens, keyAt, measureNesting, skipSpace } from './scan-json.js';

describe('nesting', () => {
  it.each([
    ['[[]]', 2, 'within'],
    ['[[[]]]', 2, 'too-deep'],
    ['{"a":[{}]}', 3, 'within'],
    ['{"a":[{}]}', 2, 'too-deep'],
    ['[[],[],[],[]]', 2, 'within'],
    ['["[[[[[[", "]]]]"]', 1, 'within'],
    ['["\\"[[[[", "\\\\"]', 1, 'within'],
    ['["\\\\\\"[[[["]', 1, 'within'],
  ])('of %s compared to %i is %s', (text, depth, nesting) => {
    expect(measureNesting(text, depth)).toBe(nesting);
  });

  it.each(['[[[[', '[[[]]', '[[]]]', ']]]][[[[', '["a]]]]', '["a\\"]', '[[["]]]'])('of %s is broken', (text) => {
    expect(measureNesting(text, 1)).toBe('broken');
  });

  it('is broken rather than too deep if it is both', () => {
    expect(measureNesting('['.repeat(100), 3)).toBe('broken');
    expect(measureNesting(`${'['.repeat(100)}${']'.repeat(99)}`, 3)).toBe('broken');
  });

  it('is within for texts that are too short to be deeper', () => {
    expect(measureNesting('[[[[', 2)).toBe('within');
  });

  it('is measured in time that grows with the text alone, however many quotes and backslashes there are', () => {
    const hostile = ['\\"'.repeat(200_000), '\\\\'.repeat(200_000), '"\\'.repeat(200_000), '['.repeat(400_000)];
    const startedAt = performance.now();
    for (const text of hostile) measureNesting(`["${text}`, 64);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('tokens of ids', () => {
  it.each([
    ['{"id":1}', '1'],
    ['{ "id" \n:\t1.50 }', '1.50'],
    ['{"a":{"id":2},"id":1e2}', '1e2'],
    ['{"id":1,"a":["id",{"id":2}]}', '1'],
    ['{"id":"x"}', '"x"'],
    ['{"id":"a\\"}"}', '"a\\"}"'],
    ['{"id":null}', 'null'],
    ['{"\\u0069d":-0}', '-0'],
    ['{"id":1,"id":2}', '2'],
    ['{"id":1,"id":[2]}', undefined],
    ['{"a":"id"}', undefined],
    ['{"ID":1,"idx":2,"xid":3}', undefined],
    ['{"x\\"id":1}', undefined],
    ['{}', undefined],
    ['5', undefined],
  ])('of %s is %s', (text, token) => {
    expect(idTokens(text, 1)).toEqual([token]);
  });

  it.each<[string, (string | undefined)[]]>([
    ['[{"id":1.0},{"id":2.0}]', ['1.0', '2.0']],
    ['[1,{"id":2},"id",{"a":[1,{"id":3}]},{"id":4}]', [undefined, '2', undefined, undefined, '4']],
    ['[["id",1],[{"id":2}],{"id":3}]', [undefined, undefined, '3']],
    ['[{"id":{"id":1}},{"id":2}]', [undefined, '2']],
    ['[ {} ]', [undefined]],
  ])('of the batch %s are found item by item', (text, tokens) => {
    expect(idTokens(text, 2)).toEqual(tokens);
  });
});

describe('places in a text', () => {
  it('skips the four kinds of white space and no other', () => {
    expect(skipSpace(' \t\r\n1', 0)).toBe(4);
    expect(skipSpace('\u00a01', 0)).toBe(0);
    expect(skipSpace('  ', 0)).toBe(2);
  });

  it('ends numbers and words at a separator or at the end', () => {
    expect(endOfScalar('12.5e3,1', 0)).toBe(6);
    expect(endOfScalar('true]', 0)).toBe(4);
    expect(endOfScalar('null', 0)).toBe(4);
    expect(endOfScalar('"a\\",",1', 0)).toBe(6);
    expect(endOfScalar('[1]', 0)).toBe(0);
    expect(endsToken('.'.charCodeAt(0))).toBe(false);
  });

  it('reads keys with and without escapes', () => {
    expect(keyAt('{"id":1}', 1, 4)).toBe('id');
    expect(keyAt('{"\\u0069d":1}', 1, 9)).toBe('id');
  });
});
