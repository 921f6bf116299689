import { RealtimeConfigError } from 'nestjs-realtime';
import { startFailure } from './start-failure.js';

const failed = (code: string, facts: object): Error => Object.assign(new Error(code), { code, syscall: 'listen', ...facts });
const settings = { host: '127.0.0.1', realtime: { platforms: ['web'], host: '10.9.8.7', port: 80 } };

describe('why the demo could not start', () => {
  it.each([
    ['Port 3000 at 127.0.0.1 is taken; choose another one with PORT.', failed('EADDRINUSE', { address: '127.0.0.1', port: 3000 })],
    ['Port 80 at 10.9.8.7 is taken; choose another one with REALTIME_PORT.', failed('EADDRINUSE', { address: '10.9.8.7', port: 80 })],
    [
      'Port 443 at 127.0.0.1 is not open to this user; choose another one, above 1023, with PORT.',
      failed('EACCES', { address: '127.0.0.1', port: 443 }),
    ],
    [
      'This machine cannot listen on the address 10.0.0.1 (EADDRNOTAVAIL); choose another one with HOST.',
      failed('EADDRNOTAVAIL', { address: '10.0.0.1', port: 3000 }),
    ],
    [
      'This machine cannot listen on the address 10.9.8.7 (EADDRNOTAVAIL); choose another one with REALTIME_HOST.',
      failed('EADDRNOTAVAIL', { address: '10.9.8.7', port: 80 }),
    ],
    [
      'The host name nowhere.invalid has no address (ENOTFOUND); choose another one with HOST.',
      failed('ENOTFOUND', { syscall: 'getaddrinfo', hostname: 'nowhere.invalid' }),
    ],
  ])('is said in one sentence: %s', (sentence, error) => {
    expect(startFailure(error, settings)).toBe(sentence);
  });

  it('names HOST where the module listens where the page is', () => {
    const error = failed('EADDRNOTAVAIL', { address: '10.0.0.1', port: 3000 });
    expect(startFailure(error, { host: '10.0.0.1', realtime: { platforms: [] } })).toMatch(/with HOST\.$/);
  });

  it('is what is wrong with the settings, without a stack', () => {
    const error = new RealtimeConfigError(['path must begin with /']);
    expect(startFailure(error)).toBe(error.message);
  });

  it.each([
    ['an error of the language', new TypeError('a bug')],
    ['another failure of the system', failed('EACCES', { syscall: 'open' })],
    ['a text', 'a text'],
    ['nothing', undefined],
  ])('is all that is known for a bug: %s', (_what, bug) => {
    expect(startFailure(bug)).toBe(bug);
  });
});
