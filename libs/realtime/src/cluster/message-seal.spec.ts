import { RealtimeConfigError } from '../rules/option-rules.js';
import { MessageSeal } from './message-seal.js';
import type { SignSettings } from './sign-settings.js';

const OLD = 'o'.repeat(32);
const NEW = 'n'.repeat(32);
const BOTH = { keys: { old: OLD, new: NEW }, active: 'new' };

describe('the seal of messages between nodes', () => {
  let nowMs: number;
  let brokerMs: number | undefined;

  beforeEach(() => {
    nowMs = 0;
    brokerMs = 1_000_000;
  });

  const sealOf = (settings: SignSettings = BOTH, scope = 'shop'): MessageSeal =>
    new MessageSeal(settings, scope, { read: () => brokerMs }, () => nowMs);
  const say = (sequence: number, message = '1["push"]\ntext', seal = sealOf()): string => seal.seal('t:a', 'you|1', sequence, message);
  const verdict = (seal: MessageSeal, raw: string, channel = 't:a'): string => {
    const opened = seal.open(channel, raw);
    return 'fault' in opened ? opened.fault : opened.message;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    brokerMs = (brokerMs ?? 0) + ms;
  };

  it.each(['', 'text', '1["push"]\n{"a":"😀"}\n\n', 'half \ud83d'])('gives back the message %j', (message) => {
    expect(verdict(sealOf(), say(1, message))).toBe(message);
  });

  it.each([
    ['unsigned', '1["push","you|1",1,0]\n'],
    ['malformed', ''],
    ['malformed', 'x'.repeat(10_000_000)],
    ['malformed', `s1 ${'x'.repeat(10_000_000)}\n`],
    ['malformed', 's1 new 1000000 1 you|1\n1[]'],
    ['malformed', 's1 new 1000000 1 you|1 short\n1[]'],
    ['version', `s2 new 1000000 1 you|1 ${'A'.repeat(43)}\n1[]`],
    ['unknown_key', `s1 __proto__ 1000000 1 you|1 ${'A'.repeat(43)}\n1[]`],
    ['forged', `s1 new 1000000 1 you|1 ${'A'.repeat(43)}\n1[]`],
    ['forged', `s1 new 1000000 1 you|1 ${'!'.repeat(43)}\n1[]`],
  ])('refuses as %s what is no message of a node', (fault, raw) => {
    expect(verdict(sealOf(), raw)).toBe(fault);
  });

  it('refuses a message of which anything was changed', () => {
    const raw = say(7);
    for (let at = 0; at < raw.length; at++) {
      const changed = raw.slice(0, at) + (raw[at] === 'x' ? 'y' : 'x') + raw.slice(at + 1);
      // The last character of a hash has two bits that mean nothing.
      if (at !== raw.indexOf('\n') - 1) expect(['forged', 'unknown_key', 'malformed']).toContain(verdict(sealOf(), changed));
    }
    expect(verdict(sealOf(), raw)).toBe('1["push"]\ntext');
  });

  it('refuses on one channel what was said on another, and in one cluster what was said in another', () => {
    expect(verdict(sealOf(), say(1), 't:b')).toBe('forged');
    expect(verdict(sealOf(BOTH, 'staging'), say(1))).toBe('forged');
  });

  it('refuses what a sender said before, and takes what comes with holes', () => {
    const seal = sealOf();
    expect([say(5), say(5), say(4), say(9), say(9)].map((raw) => verdict(seal, raw).slice(0, 8))).toEqual([
      '1["push"',
      'replayed',
      'replayed',
      '1["push"',
      'replayed',
    ]);
    expect(verdict(seal, sealOf().seal('t:a', 'you|2', 1, 'another start'))).toBe('another start');
    expect(verdict(seal, sealOf().seal('t:b', 'you|1', 1, 'another channel'), 't:b')).toBe('another channel');
  });

  it('refuses what is older than the window by the time of the broker, or from after it', () => {
    const raw = say(1);
    pass(30_001);
    expect(verdict(sealOf(), raw)).toBe('too_old');
    pass(-60_002);
    expect(verdict(sealOf(), raw)).toBe('too_old');
    pass(1);
    expect(verdict(sealOf(), raw)).toBe('1["push"]\ntext');
    brokerMs = undefined;
    expect(verdict(sealOf(), raw)).toBe('too_old');
  });

  it('remembers what was said on a channel that was left, and by a sender that is gone, for as long as it could be said again', () => {
    const seal = sealOf();
    const raw = say(5);
    verdict(seal, raw);
    seal.forgetChannel('t:a');
    seal.forgetSender('you|1');
    pass(29_000);
    seal.forgetSender('nobody|1');
    expect(verdict(seal, raw)).toBe('replayed');
    pass(40_000);
    seal.forgetSender('nobody|2');
    expect(verdict(seal, raw)).toBe('too_old');
  });

  it('reads an old key while it is there, and signs with the active one', () => {
    const before = sealOf({ keys: { old: OLD }, active: 'old' });
    const during = sealOf({ keys: { old: OLD, new: NEW }, active: 'old' });
    const after = sealOf({ keys: { new: NEW }, active: 'new' });
    expect(verdict(during, say(1, 'from before', before))).toBe('from before');
    expect(verdict(before, say(2, 'from the middle', during))).toBe('from the middle');
    expect(verdict(during, say(3, 'from after', after))).toBe('from after');
    expect(verdict(after, say(4, 'from before', before))).toBe('unknown_key');
    expect(verdict(sealOf({ keys: { new: OLD }, active: 'new' }), say(5, 'another secret', after))).toBe('forged');
  });

  it('is not made of keys that are wrong', () => {
    expect(() => sealOf({ keys: { new: NEW }, active: 'old' })).toThrow(RealtimeConfigError);
  });
});
