import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { JwtAuthenticator, principalOfClaims } from './jwt.authenticator.js';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const rejecting = (fault: Error): { verifyAsync: () => Promise<object> } => ({ verifyAsync: () => Promise.reject(fault) });

describe('JwtAuthenticator', () => {
  it.each(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'])('takes %s for a bad token', async (name) => {
    expect(await new JwtAuthenticator(rejecting(named(name, 'x'))).authenticate('t')).toBeNull();
  });

  it.each([
    ['a key that could not be fetched', named('JsonWebTokenError', 'error in secret or public key callback: ECONNREFUSED')],
    ['a key that is missing', named('JsonWebTokenError', 'secret or public key must be provided')],
    ['a key that is none', named('JsonWebTokenError', 'secretOrPublicKey is not valid key material')],
    ['any other fault', new TypeError('x')],
  ])('does not blame the token for %s', async (_what, fault) => {
    await expect(new JwtAuthenticator(rejecting(fault)).authenticate('t')).rejects.toBe(fault);
  });

  it.each(['jwt signature is required', 'secretOrPublicKey must be a symmetric key when using HS256'])(
    'takes what a peer can bring about for a bad token: %s',
    async (message) => {
      expect(await new JwtAuthenticator(rejecting(named('JsonWebTokenError', message))).authenticate('t')).toBeNull();
    },
  );

  it.each([[{}], [{ sub: '' }], [{ sub: 1.5 }], [{ sub: 2 ** 60 }], [{ sub: ['x'] }]])('knows nobody in %j', async (claims) => {
    expect(await new JwtAuthenticator({ verifyAsync: () => Promise.resolve(claims) }).authenticate('t')).toBeNull();
  });

  it.each([[undefined], [{}]])('is not made of %p', (verifier) => {
    expect(() => new JwtAuthenticator(verifier as never)).toThrow(/verifyAsync/);
  });

  it('reads a whole number as a subject, one role by itself, and a platform only where it is asked to', async () => {
    const verifier = { verifyAsync: () => Promise.resolve({ sub: 7, roles: 'admin', platform: 'ios', kind: 'web' }) };
    const claims = { sub: 7, roles: 'admin', platform: 'ios', kind: 'web' };
    expect(await new JwtAuthenticator(verifier).authenticate('t')).toEqual({ userId: '7', roles: ['admin'], claims });
    const told = new JwtAuthenticator(verifier, principalOfClaims({ platformClaim: 'kind' }));
    expect(await told.authenticate('t')).toEqual({ userId: '7', roles: ['admin'], platform: 'web', claims });
  });

  it.each([
    [{}, 'sub is absent'],
    [{ sub: 1.5 }, 'sub is a number'],
    [{ sub: 'x', roles: ['a', 7] }, 'roles is a list'],
    [{ sub: 'x', roles: { a: true } }, 'roles is an object'],
    [{ sub: 'x', kind: 7 }, 'kind is a number'],
  ])('says once which claim of a verified token it cannot take: %j', async (claims, sentence) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const authenticator = new JwtAuthenticator(
      { verifyAsync: () => Promise.resolve(claims) },
      principalOfClaims({ platformClaim: 'kind' }),
    );
    await authenticator.authenticate('t');
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`its claim ${sentence}`)]]);
    warn.mockRestore();
  });

  it('asks the team who the claims mean', async () => {
    const verifier = { verifyAsync: () => Promise.resolve({ uid: 42 }) };
    const authenticator = new JwtAuthenticator(verifier, (claims) => ({ userId: `user-${String(claims['uid'])}` }));
    expect(await authenticator.authenticate('t')).toEqual({ userId: 'user-42' });
  });
});
