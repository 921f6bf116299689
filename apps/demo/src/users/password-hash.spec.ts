import { PasswordHash } from './password-hash.js';

describe('a password hash', () => {
  it('matches its own password and no other', async () => {
    const hash = await PasswordHash.of('caf\u00e9 123');
    expect(await hash.matches('cafe\u0301 123')).toBe(true);
    expect(await hash.matches('cafe 123')).toBe(false);
    expect(await hash.matches('')).toBe(false);
  });

  it('is another one each time, and does not hold the password', async () => {
    const [first, second] = [await PasswordHash.of('123456'), await PasswordHash.of('123456')];
    expect(JSON.stringify(first)).not.toBe(JSON.stringify(second));
    expect(JSON.stringify(first)).not.toContain('123456');
  });
});
