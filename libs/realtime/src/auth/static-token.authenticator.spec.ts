import { StaticTokenAuthenticator } from './static-token.authenticator.js';

describe('StaticTokenAuthenticator', () => {
  const authenticator = new StaticTokenAuthenticator({ 'key-1': { userId: 'a' }, 'key-2': { userId: 'b' }, ключ: { userId: 'c' } });

  it('knows the holder of each token', () => {
    expect(['key-1', 'key-2', 'ключ'].map((token) => authenticator.authenticate(token)?.userId)).toEqual(['a', 'b', 'c']);
  });

  it.each(['', 'key', 'key-', 'key-11', 'KEY-1', ' key-1', 'key-1\u0000', 'constructor', '__proto__'])('knows nobody with %p', (token) => {
    expect(authenticator.authenticate(token)).toBeNull();
  });

  it('does not keep its tokens where an inspection would show them', () => {
    expect(JSON.stringify(authenticator)).not.toContain('key-1');
  });

  it('does not take an empty token', () => {
    expect(() => new StaticTokenAuthenticator({ '': { userId: 'x' } })).toThrow(TypeError);
  });

  it('does not take a holder without a name', () => {
    expect(() => new StaticTokenAuthenticator({ key: { userId: '' } })).toThrow(/userId/);
  });
});
