import { jest } from '@jest/globals';
import { guardedOnFault, messageOf } from './faults.js';

describe('a function that is told of faults', () => {
  const report = jest.spyOn(console, 'error');
  beforeEach(() => void report.mockReset());
  afterAll(() => report.mockRestore());

  const fault = new Error('the fault');
  const own = new Error('its own');
  const rejects = (): unknown => Promise.reject(own);

  it.each([
    [
      'throws',
      () => {
        throw own;
      },
    ],
    ['rejects', rejects],
  ])('stops nothing when it %s: both faults go to the console', async (_how, onFault) => {
    guardedOnFault(onFault)(fault);
    await Promise.resolve();
    expect(report.mock.calls).toEqual([[fault], [own]]);
  });

  it('is the console where none is given', () => {
    guardedOnFault(undefined)(fault);
    expect(report.mock.calls).toEqual([[fault]]);
  });
});

it.each([
  [new Error('words'), 'words'],
  ['words', 'words'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [Object.create(null), 'a value of the type object'],
])('a value that was thrown has a sentence, whatever it is', (thrown, sentence) => {
  expect(messageOf(thrown)).toBe(sentence);
});
