import fc from 'fast-check';
import type { Disconnect } from 'nestjs-realtime-protocol';
import { RATE_LIMIT_METADATA } from './rate-limit.decorator.js';
import type { LimitedMethod } from './rate-limiter.js';
import { RateLimiter } from './rate-limiter.js';
import type { MethodRate, RateOptions } from './rate-options.js';

const SLOW = { refillPerSec: 1 };

class Peer {
  readonly goodbyes: number[] = [];
  principal: { readonly userId: string } | null = null;
  readonly handshake: { readonly address: string };

  constructor(address = '192.0.2.1', userId?: string) {
    this.handshake = { address };
    if (userId !== undefined) this.principal = { userId };
  }

  close(disconnect: Disconnect): void {
    this.goodbyes.push(disconnect.code);
  }
}

function method(name: string, rate?: unknown): LimitedMethod {
  return { name, origin: `Test.${name}`, metadata: (key) => (key === RATE_LIMIT_METADATA ? rate : undefined) };
}

function limiting(options: RateOptions, methods: readonly LimitedMethod[] = []) {
  const clock = { nowMs: 0 };
  const limiter = new RateLimiter(options, () => clock.nowMs);
  const faults = limiter.prepare(methods);
  /** 0 if the call passes, else when to come again. */
  const call = (peer: Peer, called?: LimitedMethod): number =>
    (limiter.check(peer, called)?.data as { retryAfterMs: number } | undefined)?.retryAfterMs ?? 0;
  return { limiter, clock, faults, call };
}

describe('a limit of the session', () => {
  it('counts for each session by itself', () => {
    const { call } = limiting({ session: { capacity: 2, ...SLOW } });
    const [a, b] = [new Peer(), new Peer()];
    expect([call(a), call(a), call(a), call(b)]).toEqual([0, 0, 1_000, 0]);
  });

  it('is answered with what the contract says', () => {
    const { limiter } = limiting({ session: { capacity: 1, refillPerSec: 4 } });
    const peer = new Peer();
    expect(limiter.check(peer, undefined)).toBeUndefined();
    expect(limiter.check(peer, undefined)).toEqual({
      code: -32029,
      message: 'Too many requests',
      reason: 'TooManyRequests',
      data: { retryAfterMs: 250 },
    });
  });

  it('counts calls of all methods together, unknown ones as well', () => {
    const [a, b] = [method('a'), method('b')];
    const { call } = limiting({ session: { capacity: 3, ...SLOW } }, [a, b]);
    const peer = new Peer();
    expect([call(peer, a), call(peer, b), call(peer), call(peer, a)]).toEqual([0, 0, 0, 1_000]);
  });
});

describe('a limit of the user', () => {
  it('is shared by the sessions of the user, and does not touch anonymous ones', () => {
    const { call } = limiting({ user: { capacity: 2, ...SLOW } });
    const [one, two, other, nobody] = [new Peer('1', 'u'), new Peer('2', 'u'), new Peer('3', 'v'), new Peer('4')];
    expect([call(one), call(two), call(one), call(two)]).toEqual([0, 0, 1_000, 1_000]);
    expect([call(other), call(nobody), call(nobody), call(nobody)]).toEqual([0, 0, 0, 0]);
  });

  it('counts for whom the session is at that moment', () => {
    const { call } = limiting({ user: { capacity: 1, ...SLOW } });
    const peer = new Peer('1', 'u');
    expect([call(peer), call(peer)]).toEqual([0, 1_000]);
    peer.principal = { userId: 'v' };
    expect(call(peer)).toBe(0);
    peer.principal = null;
    expect([call(peer), call(peer)]).toEqual([0, 0]);
  });
});

describe('a limit of the address', () => {
  it('is shared by the sessions from there and is not refilled by coming back', () => {
    const { call, clock } = limiting({ address: { capacity: 2, ...SLOW } });
    expect([call(new Peer('1.1.1.1')), call(new Peer('1.1.1.1')), call(new Peer('1.1.1.1')), call(new Peer('2.2.2.2'))]).toEqual([
      0, 0, 1_000, 0,
    ]);
    clock.nowMs = 1_000;
    expect([call(new Peer('::ffff:1.1.1.1')), call(new Peer('1.1.1.1'))]).toEqual([0, 1_000]);
  });

  it('is shared by a whole IPv6 network of 64 bits', () => {
    const { call } = limiting({ address: { capacity: 1, ...SLOW } });
    expect([call(new Peer('2001:db8::1')), call(new Peer('2001:db8::2')), call(new Peer('2001:db8:0:1::1'))]).toEqual([0, 1_000, 0]);
  });

  it('leaves nothing behind when ten thousand addresses and users came and went', () => {
    const { call, limiter } = limiting({ address: { capacity: 5, ...SLOW }, user: { capacity: 5, ...SLOW } });
    for (let index = 0; index < 10_000; index++) call(new Peer(`10.0.${index >> 8}.${index & 255}`, `user ${index}`));
    expect(limiter.remembered).toEqual({ users: 10_000, addresses: 10_000 });
    limiter.sweep(999);
    expect(limiter.remembered).toEqual({ users: 10_000, addresses: 10_000 });
    limiter.sweep(1_000);
    expect(limiter.remembered).toEqual({ users: 0, addresses: 0 });
  });
});

describe('a limit of a method', () => {
  const rare: MethodRate = { capacity: 2, refillPerSec: 0.5 };

  it('is read from the decorator and counts for each session and method', () => {
    const [a, b, free] = [method('a', rare), method('b', rare), method('free')];
    const { call } = limiting({}, [a, b, free]);
    const peer = new Peer();
    expect([call(peer, a), call(peer, a), call(peer, a), call(peer, b), call(peer, free), call(peer)]).toEqual([0, 0, 2_000, 0, 0, 0]);
    expect(call(new Peer(), a)).toBe(0);
  });

  it('is what the options say of the name, if they say something', () => {
    const [a, b] = [method('a', rare), method('b', rare)];
    const { call } = limiting({ methods: { a: { capacity: 1, refillPerSec: 10 }, b: false } }, [a, b]);
    const peer = new Peer();
    expect([call(peer, a), call(peer, a), call(peer, b), call(peer, b), call(peer, b)]).toEqual([0, 100, 0, 0, 0]);
  });

  it('lets a method that costs nothing pass all others', () => {
    const heartbeat = method('heartbeat');
    const all = { capacity: 1, ...SLOW };
    const { call } = limiting({ session: all, user: all, address: all, methods: { heartbeat: false } }, [heartbeat]);
    const peer = new Peer('1', 'u');
    call(peer);
    expect([call(peer), call(peer, heartbeat), call(peer, heartbeat)]).toEqual([1_000, 0, 0]);
  });

  it('takes what the call costs from all buckets', () => {
    const heavy = method('heavy', { capacity: 20, ...SLOW, cost: 5 });
    const { call } = limiting({ session: { capacity: 12, ...SLOW } }, [heavy]);
    const peer = new Peer();
    expect([call(peer, heavy), call(peer, heavy), call(peer, heavy), call(peer), call(peer), call(peer)]).toEqual([
      0, 0, 3_000, 0, 0, 1_000,
    ]);
  });
});

describe('several limits', () => {
  it('are all paid or none is, and the longest wait is told', () => {
    const rare = method('rare', { capacity: 1, refillPerSec: 0.1 });
    const { call } = limiting({ session: { capacity: 3, ...SLOW }, address: { capacity: 100, ...SLOW } }, [rare]);
    const peer = new Peer();
    expect([call(peer, rare), call(peer, rare), call(peer, rare)]).toEqual([0, 10_000, 10_000]);
    // The refused calls have cost nothing.
    expect([call(peer), call(peer), call(peer)]).toEqual([0, 0, 1_000]);
  });

  it('let a call pass when they said they would', () => {
    const bucket = fc.record({ capacity: fc.integer({ min: 1, max: 5 }), refillPerSec: fc.double({ min: 0.01, max: 50, noNaN: true }) });
    const pauses = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(bucket, bucket, bucket, bucket, pauses, (session, user, address, own, steps) => {
        const limited = method('limited', own);
        const { call, clock } = limiting({ session, user, address }, [limited]);
        const peer = new Peer('1', 'u');
        for (const pauseMs of steps) {
          clock.nowMs += pauseMs;
          const retryAfterMs = call(peer, limited);
          if (retryAfterMs === 0) continue;
          clock.nowMs += retryAfterMs;
          expect(call(peer, limited)).toBe(0);
        }
      }),
    );
  });
});

describe('strikes', () => {
  it('close a session that goes on after its refusals', () => {
    const { call, clock } = limiting({ session: { capacity: 1, ...SLOW }, strikes: { capacity: 2, refillPerSec: 0.01 } });
    const [peer, other] = [new Peer(), new Peer()];
    for (let count = 0; count < 3; count++) call(peer);
    expect(peer.goodbyes).toEqual([]);
    clock.nowMs = 1_000;
    expect([call(peer), peer.goodbyes]).toEqual([0, []]);
    call(peer);
    expect(peer.goodbyes).toEqual([4029]);
    call(other);
    call(other);
    expect(other.goodbyes).toEqual([]);
  });

  it('are forgiven in time, and nobody is closed where they are off', () => {
    const strict = limiting({ session: { capacity: 1, refillPerSec: 0.001 }, strikes: { capacity: 1, ...SLOW } });
    const lenient = limiting({ session: { capacity: 1, refillPerSec: 0.001 } });
    const [peer, other] = [new Peer(), new Peer()];
    for (let count = 0; count < 10; count++) {
      strict.call(peer);
      strict.clock.nowMs += 1_000;
      lenient.call(other);
    }
    expect([peer.goodbyes, other.goodbyes]).toEqual([[], []]);
  });
});

describe('at boot', () => {
  it('names methods that nobody serves, limits that are wrong and costs that no bucket can hold', () => {
    const methods = [
      method('a', { capacity: 1 }),
      method('b', false),
      method('c', { capacity: 10, ...SLOW, cost: 6 }),
      method('d', { capacity: 10, ...SLOW, cost: 5 }),
    ];
    const { faults } = limiting({ session: { capacity: 5, ...SLOW }, methods: { typo: false } }, methods);
    expect(faults).toEqual([
      expect.stringMatching(/^Test\.a: the rate limit of a must be \{ capacity: .*, got \{"capacity":1\}$/),
      expect.stringMatching(/^Test\.b: the rate limit of b must be .*, got false$/),
      'Test.c: the rate limit of c must not cost more than rate.session.capacity, got {"capacity":10,"refillPerSec":1,"cost":6}',
      'rate.methods.typo: no path serves a method of this name',
    ]);
  });

  it('names strikes that nothing can lead to', () => {
    expect(limiting({ strikes: { capacity: 1, ...SLOW } }).faults).toEqual(['rate.strikes has an effect only together with a limit']);
    expect(limiting({ strikes: { capacity: 1, ...SLOW } }, [method('a', { capacity: 1, ...SLOW })]).faults).toEqual([]);
  });

  it.each<[RateOptions, LimitedMethod[], boolean]>([
    [{}, [method('a')], false],
    [{ methods: { a: false } }, [method('a')], false],
    [{}, [method('a', { capacity: 1, ...SLOW })], true],
    [{ methods: { a: { capacity: 1, ...SLOW } } }, [method('a')], true],
    [{ session: { capacity: 1, ...SLOW } }, [], true],
    [{ user: { capacity: 1, ...SLOW } }, [], true],
    [{ address: { capacity: 1, ...SLOW } }, [], true],
  ])('knows whether anything is limited at all (%#)', (options, methods, isNeeded) => {
    expect(limiting(options, methods).limiter.isNeeded).toBe(isNeeded);
  });
});
