import { PATH_OR_FALSE, TRUE_OR_FALSE, checkedOptions } from './watcher-options.js';

interface Options {
  readonly path?: string | false;
  readonly loud?: boolean;
}

const check = (options: unknown): Options =>
  checkedOptions<Options>('Watcher', options as Options, { path: PATH_OR_FALSE, loud: TRUE_OR_FALSE });

describe('the options of a module that watches', () => {
  it('are what was given, without what is undefined', () => {
    expect(check({ path: '/x', loud: undefined })).toEqual({ path: '/x' });
  });

  it('are named in one error, all that are wrong', () => {
    expect(() => check({ path: '', loud: 'yes', toString: 1 })).toThrow(
      new TypeError('Watcher: path must be a path or false; loud must be true or false; toString is not an option; known here: path, loud'),
    );
  });

  it.each([[null], ['text'], [7]])('are an object, and not %j', (options) => {
    expect(() => check(options)).toThrow('Watcher: the options must be an object');
  });
});
