import { originsFault } from './origin-policy.js';

describe('the option origins', () => {
  it.each<[unknown]>([
    ['same'],
    ['*'],
    [['https://app.example']],
    [['https://app.example:8443', 'http://localhost:3000', 'https://*.example.com', 'http://*.dev.example:81']],
    [['capacitor://localhost', 'https://bücher.example']],
    [() => true],
  ])('takes %p', (value) => {
    expect(originsFault(value)).toBeUndefined();
  });

  it.each<[unknown]>([
    ['https://app.example'],
    ['any'],
    [[]],
    [['*']],
    [['app.example']],
    [['null']],
    [['https://*']],
    [['https://app.*']],
    [['https://*.*.example']],
    [['https://a*.example']],
    [['https://app.example/path']],
    [['https://*.example/path']],
    [['https://user@app.example']],
    [['https://app.example?x']],
    [[7]],
    [true],
    [null],
  ])('does not take %p', (value) => {
    expect(originsFault(value)).toMatch(/^must be 'same'/);
  });
});
