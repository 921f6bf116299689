import { SlowRules, topicsFault } from './slow-rules.js';
import type { TopicsOptions } from './slow-rules.js';

const policiesOf = (topics: TopicsOptions, names: readonly (string | undefined)[]): unknown[] => {
  const rules = new SlowRules('disconnect', topics);
  return names.map((topic) => rules.of(topic, 'm', {})?.policy);
};

describe('the rule of a push', () => {
  it('is that of all sessions where no topic says otherwise, and the very same object each time', () => {
    expect(new SlowRules('disconnect').of('t', 'm', {})).toBeUndefined();
    const rules = new SlowRules('drop-oldest', { a: { slow: 'disconnect' }, b: {} });
    expect(rules.of(undefined, 'm', {})).toEqual({ policy: 'drop-oldest' });
    expect(rules.of('t', 'm', {})).toBe(rules.of(undefined, 'm', {}));
    expect(rules.of('b', 'm', {})).toBe(rules.of(undefined, 'm', {}));
    expect(rules.of('a', 'm', {})).toBeUndefined();
  });

  it('is that of the pattern with the most characters beside its wildcards', () => {
    const topics: TopicsOptions = {
      '*': { slow: 'disconnect' },
      'ticker:*': { slow: 'drop-oldest' },
      'ticker:*:depth': { slow: 'conflate' },
      'ticker:eur': { slow: 'drop-newest' },
    };
    const expected = ['drop-newest', 'drop-oldest', 'conflate', undefined, undefined];
    expect(policiesOf(topics, ['ticker:eur', 'ticker:usd', 'ticker:usd:depth', 'news', undefined])).toEqual(expected);
    const reversed = Object.fromEntries(Object.entries(topics).reverse());
    expect(policiesOf(reversed, ['ticker:eur', 'ticker:usd', 'ticker:usd:depth', 'news', undefined])).toEqual(expected);
  });

  it('is that of the first among equals', () => {
    expect(policiesOf({ 'a*': { slow: 'drop-newest' }, '*b': { slow: 'drop-oldest' } }, ['ab', 'aab'])).toEqual([
      'drop-newest',
      'drop-newest',
    ]);
    expect(policiesOf({ '*b': { slow: 'drop-oldest' }, 'a*': { slow: 'drop-newest' } }, ['aab'])).toEqual(['drop-oldest']);
  });

  it('is found for far more topics than are remembered', () => {
    const rules = new SlowRules('disconnect', { 'ticker:*': { slow: 'drop-oldest' } });
    for (const round of [1, 2]) {
      for (let n = 0; n < 10_000; n++) {
        if (rules.of(`ticker:${n}`, 'm', {})?.policy !== 'drop-oldest') throw new Error(`ticker:${n} has no rule in round ${round}`);
      }
    }
    expect(rules.of('news', 'm', {})).toBeUndefined();
  });
});

describe('the key of a value', () => {
  it('is the topic if nothing else is said', () => {
    const rules = new SlowRules('disconnect', { '*': { slow: 'conflate' } });
    expect([rules.of('a', 'm', {}), rules.of('b', 'n', {})]).toEqual([
      { policy: 'conflate', key: 'a' },
      { policy: 'conflate', key: 'b' },
    ]);
  });

  it('is made of the params and the method, and never that of another topic', () => {
    const rules = new SlowRules('disconnect', {
      '*': { slow: 'conflate', key: (params, method) => `${method} ${(params as { id: string }).id}` },
    });
    const keys = (['a', 'b'] as const).flatMap((topic) => ['m', 'n'].map((method) => rules.of(topic, method, { id: 'x' })?.key));
    expect(keys).toEqual(['a\nm x', 'a\nn x', 'b\nm x', 'b\nn x']);
  });

  it('that cannot be made is a fault of the push', () => {
    const rules = new SlowRules('disconnect', {
      '*': {
        slow: 'conflate',
        key: () => {
          throw new Error('no key');
        },
      },
    });
    expect(() => rules.of('a', 'm', {})).toThrow('no key');
  });
});

describe('the option topics', () => {
  it('is in order', () => {
    expect(topicsFault({})).toBeUndefined();
    expect(topicsFault({ 'a:*': { slow: 'conflate', key: () => 'k' }, b: {}, c: { slow: undefined } })).toBeUndefined();
  });

  it.each([
    [7, 'must be an object of options by topic pattern'],
    [[], 'must be an object of options by topic pattern'],
    [{ '': {} }, '"" is no topic pattern'],
    [{ 'a**': {} }, '"a**" is no topic pattern'],
    [{ a: 'drop-oldest' }, '"a" must be an object'],
    [{ a: { slow: 'drop' } }, '"a".slow must be one of disconnect, drop-newest, drop-oldest, conflate'],
    [{ a: { slow: 'conflate', key: 'id' } }, '"a".key must be a function'],
    [{ a: { key: () => 'k' } }, '"a".key has an effect only together with slow: \'conflate\''],
    [{ a: { fast: true } }, '"a".fast is not an option; known here: slow, key'],
  ])('is not: %j', (value, fault) => {
    expect(topicsFault(value)).toContain(fault);
  });

  it('names all faults', () => {
    expect(topicsFault({ a: { slow: 'x' }, b: 1 })).toMatch(/^must be in order: "a".slow .*; "b" must be an object$/);
  });
});
