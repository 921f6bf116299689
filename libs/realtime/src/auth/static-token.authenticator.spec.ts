import { jest } from '@jest/globals';
import * as crypto from 'node:crypto';

/** What was compared in constant time: the two values of each comparison. */
const compared: [Buffer, Buffer][] = [];
const timingSafeEqual = (a: Buffer, b: Buffer): boolean => (compared.push([a, b]), crypto.timingSafeEqual(a, b));
jest.unstable_mockModule('node:crypto', () => ({ ...crypto, timingSafeEqual }));
const { StaticTokenAuthenticator } = await import('./static-token.authenticator.js');

describe('StaticTokenAuthenticator', () => {
  const authenticator = new StaticTokenAuthenticator({ 'key-1': { userId: 'a' }, 'key-2': { userId: 'b' }, ключ: { userId: 'c' } });

  it('knows the holder of each token', () => {
    expect(['key-1', 'key-2', 'ключ'].map((token) => authenticator.authenticate(token)?.userId)).toEqual(['a', 'b', 'c']);
  });

  it.each(['', 'key', 'key-', 'key-11', 'KEY-1', ' key-1', 'key-1\u0000', 'constructor', '__proto__'])('knows nobody with %p', (token) => {
    expect(authenticator.authenticate(token)).toBeNull();
  });

  it.each(['key-1', 'key-2', 'ключ', 'key-3', 'k'])('compares digests in constant time, with all that it knows, whoever comes', (token) => {
    compared.length = 0;
    authenticator.authenticate(token);
    expect(compared.map(([known, brought]) => [known.length, brought.length])).toEqual([
      [32, 32],
      [32, 32],
      [32, 32],
    ]);
    expect(new Set(compared.map(([known]) => known.toString('hex'))).size).toBe(3);
    expect(new Set(compared.map(([, brought]) => brought.toString('hex'))).size).toBe(1);
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
