import { originFault } from './origin-policy.js';

describe('an entry of a list of origins', () => {
  it.each<[unknown]>([
    ['https://app.example'],
    ['https://app.example:8443'],
    ['http://localhost:3000'],
    ['https://*.example.com'],
    ['http://*.dev.example:81'],
    ['capacitor://localhost'],
    ['https://bücher.example'],
    ['HTTPS://App.Example:443/'],
  ])('may be %p', (entry) => {
    expect(originFault(entry)).toBeUndefined();
  });

  it.each<[unknown]>([
    ['*'],
    ['same'],
    ['app.example'],
    ['null'],
    [''],
    ['https://*'],
    ['https://app.*'],
    ['https://*.*.example'],
    ['https://a*.example'],
    ['https://app.example/path'],
    ['https://*.example/path'],
    ['https://user@app.example'],
    ['https://app.example?x'],
    ['HTTPS://*.app.example'],
    ['capacitor://localhost/'],
    [7],
    [null],
  ])('may not be %p', (entry) => {
    expect(originFault(entry)).toMatch(/^must be an origin such as/);
  });

  it.each(['wss://app.example', 'WS://localhost:3000', 'wss://*.app.example'])('may not be %s, which is the origin of no page', (entry) => {
    expect(originFault(entry)).toMatch(/no page has one of wss:\/\//);
  });
});
