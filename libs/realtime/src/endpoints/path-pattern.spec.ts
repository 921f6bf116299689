import { PathPattern, pathPatternFault } from './path-pattern.js';

describe('a pattern', () => {
  it.each(['/', '/ws', '/a/b/c', '/:a', '/ws/:tenant/rooms/:room', '/a.b-c_d~', '/%C3%A4', '/a//b', '/(a)!', '/:_x1'])(
    'is good: %s',
    (pattern) => {
      expect(pathPatternFault(pattern)).toBeUndefined();
    },
  );

  it.each([
    ['ws', /begins with/],
    ['', /begins with/],
    [undefined, /begins with/],
    [7, /begins with/],
    [':a', /begins with/],
    ['/:', /proper name/],
    ['/a/:/b', /proper name/],
    ['/:1a', /proper name/],
    ['/:a-b', /proper name/],
    ['/:a?', /proper name/],
    ['/:a*', /proper name/],
    ['/:a/:a', /twice/],
    ['/ws?x=1', /must not have a \?, # or \*/],
    ['/ws#a', /must not have a \?, # or \*/],
    ['/ws/*', /must not have a \?, # or \*/],
    ['/w s', /clients write it \/w%20s$/],
    ['/ws ', /clients write it \/ws$/],
    ['/ws\n', /clients write it \/ws$/],
    ['/a\u0000b', /clients write it \/a%00b$/],
    ['/ä/:a', /clients write it \/%C3%A4\/:a$/],
    ['/a/../ws', /clients write it \/ws$/],
    ['/./ws', /clients write it \/ws$/],
    ['/a\\b', /clients write it \/a\/b$/],
  ])('is wrong: %p', (pattern, reason) => {
    expect(pathPatternFault(pattern)).toMatch(reason);
  });
});

describe('matching', () => {
  const cases: [string, string, Record<string, string> | undefined][] = [
    ['/', '/', {}],
    ['/', '', undefined],
    ['/ws', '/ws', {}],
    ['/ws', '/ws/', {}],
    ['/ws/', '/ws', {}],
    ['/ws', '/ws//', undefined],
    ['/ws', '//ws', undefined],
    ['/ws', '/WS', undefined],
    ['/ws', '/wsx', undefined],
    ['/ws', '/ws/x', undefined],
    ['/ws', '/%77s', undefined],
    ['/:a', '/x', { a: 'x' }],
    ['/:a', '/', undefined],
    ['/:a', '//', undefined],
    ['/ws/:a', '/ws/', undefined],
    ['/ws/:a', '/ws/x/', { a: 'x' }],
    ['/:a/:b', '/x/y', { a: 'x', b: 'y' }],
    ['/:a/:b', '/x//', undefined],
    ['/:a', '/a%2Fb', { a: 'a/b' }],
    ['/:a', '/%C3%A4', { a: 'ä' }],
    ['/:a', '/a+b', { a: 'a+b' }],
    ['/:a', '/..', { a: '..' }],
    ['/:a', '/:a', { a: ':a' }],
  ];

  it.each(cases)('%s against %s', (pattern, path, params) => {
    expect(new PathPattern(pattern).match(path)).toEqual(params);
  });

  it('makes a member of __proto__ like any other', () => {
    const params = new PathPattern('/:__proto__').match('/x');
    expect(Object.entries(params ?? {})).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
  });

  it.each(['/%', '/%z', '/%E0%A4%A', '/%FF'])('throws for a value that is not properly encoded: %s', (path) => {
    expect(() => new PathPattern('/:a').match(path)).toThrow(URIError);
  });

  it('does not decode what is not its own', () => {
    expect(new PathPattern('/ws/:a').match('/other/%')).toBeUndefined();
  });
});

describe('comparing', () => {
  it('gives one shape to patterns that match the same paths', () => {
    expect(new PathPattern('/ws/:a').shape).toBe(new PathPattern('/ws/:b/').shape);
    expect(new PathPattern('/ws/:a').shape).not.toBe(new PathPattern('/ws/a').shape);
    expect(new PathPattern('/:a/b').shape).not.toBe(new PathPattern('/a/:b').shape);
  });

  it('knows whether the parameters have the same names', () => {
    expect(new PathPattern('/ws/:a').sameNames(new PathPattern('/ws/:a/'))).toBe(true);
    expect(new PathPattern('/ws/:a').sameNames(new PathPattern('/ws/:b'))).toBe(false);
  });

  it('counts the segments that are meant literally', () => {
    expect(['/ws', '/ws/:a', '/:a/:b', '/ws/a/:b'].map((text) => new PathPattern(text).literalSegments)).toEqual([1, 1, 0, 2]);
  });
});
