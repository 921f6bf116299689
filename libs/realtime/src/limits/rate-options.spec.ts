import { bucketFault, methodRateFault, methodRatesFault } from './rate-options.js';

const GOOD = { capacity: 1, refillPerSec: 0.5 };

describe('the limit of a bucket', () => {
  it.each([[GOOD], [{ capacity: 1_000_000_000, refillPerSec: 1_000_000 }], [{ capacity: 20, refillPerSec: 0.001 }]])(
    'may be %j',
    (value) => {
      expect(bucketFault(value)).toBeUndefined();
    },
  );

  it.each([
    [5],
    [null],
    [{}],
    [{ capacity: 1 }],
    [{ refillPerSec: 1 }],
    [{ ...GOOD, capacity: 0 }],
    [{ ...GOOD, capacity: 1.5 }],
    [{ ...GOOD, capacity: '5' }],
    [{ ...GOOD, capacity: 1e10 }],
    [{ ...GOOD, refillPerSec: 0 }],
    [{ ...GOOD, refillPerSec: -1 }],
    [{ ...GOOD, refillPerSec: NaN }],
    [{ ...GOOD, refillPerSec: Infinity }],
    [{ ...GOOD, cost: 1 }],
    [{ ...GOOD, refilPerSec: 1 }],
  ])('must not be %j', (value) => {
    expect(bucketFault(value)).toBe('must be { capacity: an integer within 1..1000000000, refillPerSec: a number within 0.001..1000000 }');
  });
});

describe('the limit of a method', () => {
  it('may have a cost that the bucket can hold', () => {
    expect([methodRateFault(GOOD), methodRateFault({ ...GOOD, capacity: 5, cost: 5 })]).toEqual([undefined, undefined]);
  });

  it.each([[false], [{ ...GOOD, cost: 2 }], [{ ...GOOD, cost: 0 }], [{ ...GOOD, capacity: 5, cost: 1.5 }], [{ cost: 1 }]])(
    'must not be %j',
    (value) => {
      expect(methodRateFault(value)).toContain('cost: an integer within 1..capacity');
    },
  );
});

describe('limits by the names of methods', () => {
  it('may be false or a limit each, or left undefined', () => {
    expect(methodRatesFault({ heartbeat: false, 'chat.send': { ...GOOD, cost: 1 }, later: undefined })).toBeUndefined();
  });

  it('name the method whose limit is wrong', () => {
    expect(methodRatesFault({ heartbeat: false, 'chat.send': { ...GOOD, capacity: 0 } })).toMatch(
      /^is wrong at "chat\.send": it must be \{/,
    );
    expect(methodRatesFault({ heartbeat: true })).toMatch(/, or false$/);
  });

  it.each([[5], [null], [[]]])('must not be %j', (value) => {
    expect(methodRatesFault(value)).toBe('must be names of methods, each with false or { capacity, refillPerSec, cost }');
  });
});
