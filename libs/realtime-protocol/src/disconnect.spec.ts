import { shouldComeBack } from './come-back.js';
import { Disconnect } from './disconnect.js';

const ROWS = Object.entries(Disconnect) as [string, Disconnect][];

describe('the table of close codes', () => {
  it('has each code once, under its name', () => {
    expect(new Set(ROWS.map(([, { code }]) => code)).size).toBe(ROWS.length);
    for (const [name, { reason }] of ROWS) expect(reason).toBe(name);
  });

  it('has the codes that peers rely on', () => {
    expect(Object.fromEntries(ROWS.map(([name, { code }]) => [name, code]))).toMatchObject({
      GoingAway: 1001,
      UnsupportedData: 1003,
      InvalidPayload: 1007,
      FrameTooLarge: 1009,
      ServiceRestart: 1012,
      HeartbeatTimeout: 4001,
      SlowConsumer: 4002,
      ConnectionLimit: 4008,
      RateLimited: 4029,
      Kicked: 4500,
      Replaced: 4501,
      SessionExpired: 4502,
      AnonymousTimeout: 4503,
      Refused: 4504,
    });
  });

  it.each(ROWS)('says for %s whether to come back', (name, row) => {
    const goodbyes = ['Normal', 'ProtocolError', 'UnsupportedData', 'InvalidPayload', 'PolicyViolation', 'FrameTooLarge'];
    const forGood = [...goodbyes, 'Kicked', 'Replaced', 'SessionExpired', 'AnonymousTimeout', 'Refused'];
    expect(row.comeBack).toBe(!forGood.includes(name));
  });
});

describe('a reason of the application', () => {
  it.each([3000, 3999, 4000, 4999])('may have the code %i', (code) => {
    expect(Disconnect.of(code, 'Ours')).toMatchObject({ code, reason: 'Ours' });
  });

  it.each([2999, 5000, 1000, 3000.5, Number.NaN, -4000])('may not have the code %d', (code) => {
    expect(() => Disconnect.of(code, 'Ours')).toThrow(RangeError);
  });

  it('fits into a close frame: 123 bytes, however many characters', () => {
    expect(Disconnect.of(4000, 'x'.repeat(123)).reason).toHaveLength(123);
    expect(Disconnect.of(4000, '€'.repeat(41)).reason).toHaveLength(41);
    expect(() => Disconnect.of(4000, 'x'.repeat(124))).toThrow(/123 bytes/);
    expect(() => Disconnect.of(4000, '€'.repeat(42))).toThrow(/123 bytes/);
  });
});

describe('a reason that is no text', () => {
  it('is refused', () => {
    expect(() => Disconnect.of(4000, undefined as unknown as string)).toThrow(TypeError); // as from JavaScript
  });
});

describe('what is handed over as a reason', () => {
  it('has to be one, and no bare code', () => {
    expect(Disconnect.check(Disconnect.Kicked)).toBe(Disconnect.Kicked);
    expect(() => Disconnect.check(4600)).toThrow(
      new TypeError("A connection is closed with a Disconnect, such as Disconnect.of(4600, 'Why'), got 4600"),
    );
    expect(() => Disconnect.check(null)).toThrow(TypeError);
  });
});

describe('whether to come back', () => {
  it.each([3000, 3499, 4000, 4499, 1001, 1005, 1006, 1011, 1012, 1013, 1014])('is yes after %i', (code) => {
    expect(shouldComeBack(code)).toBe(true);
  });

  it.each([3500, 3999, 4500, 4999, 1000, 1002, 1003, 1007, 1008, 1009, 1010])('is no after %i', (code) => {
    expect(shouldComeBack(code)).toBe(false);
  });
});
