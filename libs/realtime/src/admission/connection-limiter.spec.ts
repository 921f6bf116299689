import type { Release } from './connection-limiter.js';
import { ConnectionLimiter } from './connection-limiter.js';
import { Refusals } from './refusal.js';

function taken(limiter: ConnectionLimiter, address: string): Release {
  const release = limiter.take(address);
  if (typeof release !== 'function') throw new Error(`no place for ${address}`);
  return release;
}

describe('ConnectionLimiter', () => {
  it('counts nothing if nothing is limited', () => {
    const limiter = new ConnectionLimiter({ total: 0, perAddress: 0 });
    expect(limiter.take('a')).toBeUndefined();
    expect([limiter.size, limiter.addresses]).toEqual([0, 0]);
  });

  it('refuses beyond the total, and by address first', () => {
    const limiter = new ConnectionLimiter({ total: 3, perAddress: 2 });
    const places = [taken(limiter, '1.1.1.1'), taken(limiter, '1.1.1.1'), taken(limiter, '2.2.2.2')];
    expect(limiter.take('1.1.1.1')).toBe(Refusals.addressLimit);
    expect(limiter.take('3.3.3.3')).toBe(Refusals.totalLimit);
    for (const release of places) release();
    expect([limiter.size, limiter.addresses]).toEqual([0, 0]);
  });

  it('takes a place back once, however often it is given', () => {
    const limiter = new ConnectionLimiter({ total: 2, perAddress: 0 });
    const release = taken(limiter, 'a');
    taken(limiter, 'b');
    release();
    release();
    expect(limiter.size).toBe(1);
  });

  it('keeps nothing of addresses that are gone', () => {
    const limiter = new ConnectionLimiter({ total: 0, perAddress: 1 });
    for (let i = 0; i < 10_000; i++) taken(limiter, `10.0.${i >> 8}.${i & 255}`)();
    expect(limiter.addresses).toBe(0);
  });
});
