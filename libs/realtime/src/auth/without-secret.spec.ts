import { withoutSecret } from './without-secret.js';

describe('a fault without the secret', () => {
  it('keeps its name, its message and its causes, and says the secret nowhere', () => {
    const fault = new TypeError('lookup of s3cret failed', { cause: new Error('GET /introspect?token=s3cret', { cause: 's3cret' }) });
    const clean = withoutSecret(fault, 's3cret');
    expect([clean.name, clean.message]).toEqual(['TypeError', 'lookup of [token] failed']);
    const { cause } = clean as { cause: Error };
    expect([cause.message, (cause.cause as Error).message]).toEqual(['GET /introspect?token=[token]', 'a value of type string was thrown']);
    expect([clean.stack, cause.stack].join()).not.toContain('s3cret');
  });

  it('follows causes no further than anybody reads', () => {
    const circle = new Error('one');
    circle.cause = circle;
    let depth = 0;
    for (let fault: unknown = withoutSecret(circle, 'x'); fault instanceof Error; fault = fault.cause) depth++;
    expect(depth).toBe(6);
  });

  it.each([['text'], [undefined], [Proxy.revocable({}, {}).proxy]])('is an Error whatever was thrown: %p', (thrown) => {
    expect(withoutSecret(thrown, 'x')).toBeInstanceOf(Error);
  });
});
