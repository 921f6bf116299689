import { inspect } from 'node:util';
import { RealtimeConfigError, boolean, integer, list, oneOf, optionFaults, text } from './option-rules.js';
import type { OptionRule } from './option-rules.js';

describe('rules', () => {
  const cases: [string, OptionRule, unknown[], unknown[]][] = [
    ['integer(1)', integer(1), [1, 2, Number.MAX_SAFE_INTEGER], [0, -1, 1.5, NaN, Infinity, '1', 1n, null, true, [1], 2 ** 60]],
    ['integer(0, 10)', integer(0, 10), [0, 10, -0], [11, -1]],
    ['boolean', boolean, [true, false], ['true', 0, 1, null, {}]],
    ['oneOf', oneOf(['a', 'b']), ['a', 'b'], ['c', '', ['a'], null, 0]],
    ['text', text, ['a', ' '], ['', 1, null, {}]],
  ];

  it.each(cases)('%s takes what it should and names the rest', (_name, rule, good, bad) => {
    for (const value of good) expect(rule(value)).toBeUndefined();
    for (const value of bad) expect(rule(value)).toMatch(/^must be /);
  });

  it('say what they want', () => {
    expect(integer(1)(0)).toBe('must be an integer >= 1');
    expect(integer(1, 9)(0)).toBe('must be an integer within 1..9');
    expect(oneOf(['a', 'b'])('c')).toBe('must be one of a, b');
  });
});

describe('a list', () => {
  const rule = list((entry) => (entry === 'good' ? undefined : 'must be good'), 'must be a list', 1);

  it('is taken if all of its entries are', () => {
    expect(rule(['good', 'good'])).toBeUndefined();
  });

  it.each([[[]], ['good'], [{ length: 1 }], [null]])('is not %p', (value) => {
    expect(rule(value)).toBe('must be a list');
  });

  it('names every wrong entry by its place', () => {
    expect(optionFaults({ names: ['good', 'b', 'good', 7] }, { names: rule })).toEqual([
      'names entry 2 must be good, got "b"',
      'names entry 4 must be good, got 7',
    ]);
  });
});

describe('optionFaults', () => {
  const rules = { port: integer(1), limits: { frames: integer(1), deep: { on: boolean } } };

  it('finds nothing wrong with nothing', () => {
    expect(optionFaults({}, rules)).toEqual([]);
    expect(optionFaults({ port: undefined, limits: { frames: undefined } }, rules)).toEqual([]);
  });

  it('names every fault by its full name, with the value', () => {
    expect(optionFaults({ port: 'x', limits: { frames: 0, deep: { on: 1 } } }, rules)).toEqual([
      'port must be an integer >= 1, got "x"',
      'limits.frames must be an integer >= 1, got 0',
      'limits.deep.on must be true or false, got 1',
    ]);
  });

  it('names options that nobody knows, and those that are known beside them', () => {
    expect(optionFaults({ colour: 1, limits: { frame: 2 } }, rules)).toEqual([
      'colour is not an option; known here: port, limits',
      'limits.frame is not an option; known here: frames, deep',
    ]);
  });

  it('does not take for an option what every object has', () => {
    const options = JSON.parse('{"__proto__":{"a":1},"toString":1,"constructor":{}}') as object;
    expect(optionFaults(options, rules).map((fault) => fault.split(' ', 1)[0])).toEqual(['__proto__', 'toString', 'constructor']);
  });

  it.each([[null], [7], ['text'], [[]], [true]])('refuses %p where options belong', (value) => {
    expect(optionFaults(value, rules)).toEqual([expect.stringMatching(/^options must be an object/)]);
    expect(optionFaults({ limits: value }, rules)).toEqual([expect.stringMatching(/^limits must be an object/)]);
  });

  it('survives values that JSON cannot show', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const values = [cycle, () => 1, Symbol('s'), 10n, NaN, -Infinity];
    const faults = values.map((port) => optionFaults({ port }, rules)[0]?.split('got ')[1]);
    expect(faults).toEqual(['object', 'function', 'symbol', '10', 'NaN', '-Infinity']);
  });
});

describe('RealtimeConfigError', () => {
  it('holds all faults, in the message too', () => {
    const error = new RealtimeConfigError(['a is wrong', 'b is wrong']);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'RealtimeConfigError', code: 'REALTIME_CONFIG', faults: ['a is wrong', 'b is wrong'] });
    expect(error.message).toMatch(/a is wrong\n.*b is wrong/);
  });
});

describe('the error of a wrong configuration', () => {
  it('holds its faults for programs, and prints each of them once', () => {
    const error = new RealtimeConfigError(['path must begin with a slash', 'port must be an integer']);
    expect(error.faults).toEqual(['path must begin with a slash', 'port must be an integer']);
    expect(inspect(error).split('path must begin with a slash')).toHaveLength(2);
  });
});
