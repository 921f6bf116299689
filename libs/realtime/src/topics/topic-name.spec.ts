import { TOPIC_NAME_DEFAULTS, checkTopicName, topicNameFault } from './topic-name.js';

const { topicNameBytes } = TOPIC_NAME_DEFAULTS;
const check = (name: unknown): string | undefined => topicNameFault(name, topicNameBytes);

describe('a topic name', () => {
  it.each(['a', 'room:42', 'with space', 'Größe', '😀', '*', '__proto__', 'constructor', 'a'.repeat(255), '€'.repeat(85)])(
    'can be %s',
    (name) => {
      expect(check(name)).toBeUndefined();
    },
  );

  it.each([
    ['empty', ''],
    ['one byte too long', 'a'.repeat(256)],
    ['too long in bytes though not in characters', '€'.repeat(86)],
    ['a million characters', 'a'.repeat(1_000_000)],
    ['NUL inside', 'a\u0000b'],
    ['a line feed at the end', 'room\n'],
    ['a tab', 'a\tb'],
    ['escape', '\u001b[31m'],
    ['DEL', 'a\u007f'],
    ['a C1 control', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['half of a surrogate pair', 'a\ud83d'],
    ['the other half', '\ude00a'],
    ['a number', 7],
    ['null', null],
    ['undefined', undefined],
    ['an array', ['a']],
    ['an object', { topic: 'a' }],
  ])('cannot be this: %s', (_case, name) => {
    expect(check(name)).toMatch(/^A topic name /);
    expect(() => checkTopicName(name, topicNameBytes)).toThrow(expect.objectContaining({ code: -32602, reason: 'InvalidParams' }));
  });

  it('is measured against the limit of the options', () => {
    expect([topicNameFault('abc', 3), topicNameFault('abcd', 3)]).toEqual([undefined, 'A topic name may have at most 3 bytes']);
  });
});
