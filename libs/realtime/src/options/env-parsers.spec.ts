import { durationMs, listOf, readOption } from './env-parsers.js';
import type { OptionRule } from '../rules/option-rules.js';
import { boolean, integer, list, oneOf, text } from '../rules/option-rules.js';

const anyList = list(() => undefined, 'must be a list', 1);
const nameOrFalse: OptionRule = (value) =>
  value === false || (typeof value === 'string' && value !== '') ? undefined : 'must be a name or false';
const record: OptionRule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'must be an object';

describe('readOption', () => {
  it.each<[string, OptionRule, unknown]>([
    ['7', integer(1), 7],
    ['0', integer(0), 0],
    ['7', text, '7'],
    ['7', anyList, ['7']],
    ['true', boolean, true],
    ['FALSE', boolean, false],
    ['1', boolean, true],
    ['0', boolean, false],
    ['true', text, 'true'],
    ['false', nameOrFalse, false],
    ['truth', nameOrFalse, 'truth'],
    ['a', oneOf(['a', 'b']), 'a'],
    ['a, b,,c ', anyList, ['a', 'b', 'c']],
    ['["a,b","c"]', anyList, ['a,b', 'c']],
    ['{"a":{"b":1}}', record, { a: { b: 1 } }],
  ])('takes %j as what the option may be', (source, rule, value) => {
    expect(readOption(source, rule)).toEqual({ value });
  });

  it.each<[string, OptionRule, string]>([
    ['1.5', integer(1), 'must be an integer >= 1, got "1.5"'],
    ['0x10', integer(1), 'must be an integer >= 1, got "0x10"'],
    ['1e3', integer(1), 'must be an integer >= 1, got "1e3"'],
    ['99999999999999999999', integer(1), 'must be an integer >= 1, got "99999999999999999999"'],
    ['Infinity', integer(1), 'must be an integer >= 1, got "Infinity"'],
    ['on', boolean, 'must be true or false, got "on"'],
    ['true', nameOrFalse, 'must be a name or false, got "true"'],
    ['{a:1}', record, 'is not valid JSON, got "{a:1}"'],
    ['[1]', record, 'must be an object, got "[1]"'],
    ['x', record, 'must be an object, got "x"'],
  ])('refuses %j', (source, rule, fault) => {
    expect(readOption(source, rule)).toEqual({ faults: [fault] });
  });

  it.each<[string, readonly string[]]>([
    ['a,,B,c,D', ['entry 2 must be small, got "B"', 'entry 4 must be small, got "D"']],
    ['["a","B,c"]', ['entry 2 must be small, got "B,c"']],
    ['B', ['must be small names, got "B"']],
  ])('names the wrong entries of a list, not those that are good: %j', (source, faults) => {
    const small = list((entry) => (/^[a-z]$/.test(String(entry)) ? undefined : 'must be small'), 'must be small names');
    expect(readOption(source, small)).toEqual({ faults });
  });

  it('quotes no more than the beginning of a long text', () => {
    expect(readOption('x'.repeat(10_000), boolean)).toEqual({ faults: [`must be true or false, got "${'x'.repeat(100)}…"`] });
  });
});

describe('durationMs', () => {
  it.each([
    ['250', 250],
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['1m0s', 60_000],
  ])('reads %s', (source, ms) => expect(durationMs(source)).toBe(ms));

  it.each(['', 's', '-1s', '1 m', '1d', 'm1', '1mm', '1s '])('refuses %j', (source) => expect(durationMs(source)).toBeUndefined());
});

describe('listOf', () => {
  it('leaves out what is empty', () => expect(listOf(' a ,, b,')).toEqual(['a', 'b']));
});
