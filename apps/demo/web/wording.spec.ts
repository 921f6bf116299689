import { CallFailedError, NotConnectedError, PeerError } from 'nestjs-realtime-client';
import { countOf, endInWords, errorInWords, stateInWords } from './wording.js';

describe('the words of the page', () => {
  it('count down to the next attempt', () => {
    const state = { name: 'waiting', reason: { kind: 'lost', message: '1006' }, attempt: 1, delayMs: 3_000, retryAtMs: 10_000 } as const;
    expect([7_000, 8_500, 9_999, 12_000].map((nowMs) => stateInWords(state, nowMs))).toEqual([
      'The connection was lost. Next try in 3 s',
      'The connection was lost. Next try in 2 s',
      'The connection was lost. Next try in 1 s',
      'The connection was lost. Next try in 0 s',
    ]);
  });

  it.each([
    [4500, 'An administrator sent you away'],
    [4501, 'You signed in somewhere else'],
    [1001, 'The server is restarting'],
    [1012, 'The server is restarting'],
    [4999, 'The server hung up'],
  ])('say what close code %d means', (code, words) => {
    expect(endInWords({ kind: 'closed-by-server', message: '', code, reason: '' })).toBe(words);
  });

  it("are the server's own where it has some for people", () => {
    expect(errorInWords(new PeerError(-32003, 'Join the room before you write in it'))).toBe('Join the room before you write in it');
    const data = { errors: [{ path: 'text', constraints: { matches: 'text must not be blank' } }] };
    expect(errorInWords(new PeerError(-32602, 'Invalid params', 'InvalidParams', data))).toBe('text must not be blank');
    expect(errorInWords(new PeerError(-32602, 'A topic name may have at most 255 bytes', 'InvalidParams', { errors: 'none' }))).toBe(
      'A topic name may have at most 255 bytes',
    );
  });

  it('do not claim to know what became of a call that broke off', () => {
    expect(errorInWords(new CallFailedError('CONNECTION_LOST', ''))).toContain('It may have arrived');
    expect(errorInWords(new CallFailedError('CALL_TIMEOUT', ''))).toContain('It may have arrived');
    expect(errorInWords(new NotConnectedError('', { kind: 'unreachable', message: '' }))).toBe('The server cannot be reached.');
  });

  it('count properly', () => {
    expect([countOf(0, 'person', 'people'), countOf(1, 'person', 'people')]).toEqual(['0 people', '1 person']);
  });
});
