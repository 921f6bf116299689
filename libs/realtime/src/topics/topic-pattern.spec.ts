import { TopicPattern } from './topic-pattern.js';

describe('a topic pattern', () => {
  it.each([
    ['news', 'news', []],
    ['room:*', 'room:42', ['42']],
    ['room:*', 'room:*', ['*']],
    ['*', 'anything', ['anything']],
    ['*:members', 'room:42:members', ['room:42']],
    ['room:*:user:*', 'room:1:user:2', ['1', '2']],
    ['room:*:user:*', 'room:a:user:b:user:c', ['a', 'b:user:c']],
    ['a*b*c', 'abbbc', ['b', 'b']],
    ['a*a*a', 'aaaaa', ['a', 'a']],
    ['*a*', 'bab', ['b', 'b']],
    ['a.b', 'a.b', []],
    ['(x)*', '(x)y', ['y']],
    ['Größe:*', 'Größe:😀', ['😀']],
  ])('%s matches %s', (pattern, topic, wildcards) => {
    expect(new TopicPattern(pattern).match(topic)).toEqual(wildcards);
  });

  it.each([
    ['news', 'news2'],
    ['news', 'new'],
    ['room:*', 'room:'],
    ['room:*', 'rooms:1'],
    ['room:*', 'my-room:1'],
    ['*', ''],
    ['*:x', ':x'],
    ['a*a', 'aa'],
    ['a*b*c', 'abc'],
    ['a*b*c', 'axbc'],
    ['ab*ba', 'aba'],
    ['ab*ba', 'abba'],
    ['a*b', 'a:b:c'],
    ['a.b', 'axb'],
    ['a+', 'aa'],
    ['Room:*', 'room:1'],
    ['*a*', 'ab'],
    ['*a*', 'ba'],
  ])('%s does not match %s', (pattern, topic) => {
    expect(new TopicPattern(pattern).match(topic)).toBeUndefined();
  });

  it('is matched in time that does not explode with the number of wildcards', () => {
    const pattern = new TopicPattern(`${'a*'.repeat(60)}b`);
    const topic = 'a'.repeat(255);
    const startMs = performance.now();
    for (let i = 0; i < 1000; i++) expect(pattern.match(topic)).toBeUndefined();
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
