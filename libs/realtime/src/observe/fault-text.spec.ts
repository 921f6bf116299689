import { faultText } from './fault-text.js';

/** An Error whose stack is known. */
function fault(name: string, message: string, options?: ErrorOptions): Error {
  const error = Object.assign(new Error(message, options), { name });
  error.stack = `${name}: ${message}\n    at ${name.toLowerCase()} (file.js:1:1)`;
  return error;
}

describe('the text of a fault', () => {
  it('has the name, the message and the places', () => {
    expect(faultText(fault('RangeError', 'too much'))).toEqual({
      text: 'RangeError: too much',
      name: 'RangeError',
      stack: '    at rangeerror (file.js:1:1)',
    });
  });

  it('names the causes, with their places', () => {
    const { text, stack } = faultText(fault('Error', 'no rooms', { cause: fault('TypeError', 'fetch failed', { cause: 'ECONNREFUSED' }) }));
    expect(text).toBe("Error: no rooms; caused by TypeError: fetch failed; caused by string 'ECONNREFUSED'");
    expect(stack?.split('\n')).toEqual([
      '    at error (file.js:1:1)',
      'caused by TypeError: fetch failed',
      '    at typeerror (file.js:1:1)',
      "caused by string 'ECONNREFUSED'",
    ]);
  });

  it('names what failed together, the first five of it', () => {
    const all = Array.from({ length: 7 }, (_unused, index) => new Error(`no ${index}`));
    expect(faultText(new AggregateError(all, 'all failed')).text).toBe(
      'AggregateError: all failed [Error: no 0, Error: no 1, Error: no 2, Error: no 3, Error: no 4, and 2 more]',
    );
  });

  it('does not follow causes in a circle, nor without end', () => {
    const one = new Error('one');
    const two = new Error('two', { cause: one });
    one.cause = two;
    expect(faultText(two).text).toBe('Error: two; caused by Error: one');
    let chain = new Error('innermost');
    for (let depth = 0; depth < 100; depth++) chain = new Error(`${depth}`, { cause: chain });
    expect(faultText(chain).text.split('caused by')).toHaveLength(6);
  });

  it.each([
    ['text', 'just text', "thrown string 'just text'"],
    ['an object', { code: 5, password: 's3cret' }, 'thrown object { code, password }, code 5'],
    ['an object with a message', { message: 'no\nroom' }, 'thrown object { message }: no\\u{a}room'],
    [
      'a large object',
      Object.fromEntries(Array.from({ length: 12 }, (_unused, n) => [`m${n}`, n])),
      expect.stringMatching(/m9, and 2 more \}$/),
    ],
    ['a function', function thrower() {}, 'thrown function thrower'],
    ['nothing', undefined, 'thrown undefined undefined'],
  ])('shows %s that was thrown', (_what, thrown, text) => {
    expect(faultText(thrown)).toEqual({ text, name: '' });
  });

  it('stays in one line and within bounds, whatever a message quotes', () => {
    const { text, stack } = faultText(fault('Error', 'x\n    at forged (file:1:1)\u001b[31m'));
    expect(text).toBe('Error: x\\u{a}    at forged (file:1:1)\\u{1b}[31m');
    expect(stack).not.toContain('forged');
    expect(faultText(new Error('x'.repeat(1e6))).text.length).toBeLessThan(1_100);
    expect(faultText('x'.repeat(1e6)).text.length).toBeLessThan(1_100);
  });

  it('has the places also if the message was changed after the stack was written', () => {
    const reworded = fault('Error', 'orig');
    reworded.message = 'while saving: orig, as it were';
    expect(faultText(reworded).stack).toBe('    at error (file.js:1:1)');
  });

  it('shows no more places than anybody reads', () => {
    const deep = new Error('deep');
    deep.stack = `Error: deep\n${'    at again (file.js:1:1)\n'.repeat(100_000)}`;
    expect(faultText(deep).stack?.split('\n')).toHaveLength(50);
  });

  it('survives what cannot be read', () => {
    const hostile = new Error('x');
    Object.defineProperty(hostile, 'message', {
      get: () => {
        throw new Error('never');
      },
    });
    expect(faultText(hostile)).toEqual({ text: 'thrown value that cannot be described', name: '' });
  });
});
