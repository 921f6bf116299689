import { elementStarts, tokenAt } from './token-at.js';

describe('the token at a path', () => {
  it.each<[string, string[], string | undefined]>([
    ['{"a":1.0}', ['a'], '1.0'],
    [' { "a" : { "b" : 1e2 } } ', ['a', 'b'], '1e2'],
    ['{"x":[{"b":1}],"a":{"c":{"b":2},"b":"3"}}', ['a', 'b'], '"3"'],
    ['{"a":1,"a":2.0}', ['a'], '2.0'],
    ['{"a":{"b":1},"a":{"b":2.0}}', ['a', 'b'], '2.0'],
    ['{"\\u0061":5}', ['a'], '5'],
    ['{"s":"}]\\",{","a":6}', ['a'], '6'],
    ['{"a":[1]}', ['a'], undefined],
    ['{"a":1}', ['b'], undefined],
    ['{"a":1}', ['a', 'b'], undefined],
    ['{"a":{"b":1},"a":7}', ['a', 'b'], undefined],
    ['[1]', ['a'], undefined],
    ['{}', ['a'], undefined],
    ['7.0', [], '7.0'],
  ])('of %s along %j is %s', (text, path, token) => {
    expect(tokenAt(text, 0, path)).toBe(token);
  });

  it('is looked for where the object begins', () => {
    expect(tokenAt('[{"a":1},{"a":2.0}]', 9, ['a'])).toBe('2.0');
  });
});

describe('the elements of an array', () => {
  it.each([
    ['[]', []],
    [' [ ] ', []],
    ['[1]', ['1']],
    [' [ 1 , [2,[3]] ,{"a":"]"}, "x,]" ,null ] ', ['1', '[2,[3]]', '{"a":"]"}', '"x,]"', 'null']],
  ])('of %s begin where they stand', (text, elements) => {
    const starts = elementStarts(text);
    expect(starts).toHaveLength(elements.length);
    expect(elements.every((element, index) => text.startsWith(element, starts[index]))).toBe(true);
  });
});
