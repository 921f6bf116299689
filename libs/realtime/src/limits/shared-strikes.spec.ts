import type { Disconnect } from 'nestjs-realtime-protocol';
import { RateLimiter } from './rate-limiter.js';

class Peer {
  readonly goodbyes: number[] = [];
  readonly principal = null;
  readonly handshake = { address: '192.0.2.1' };

  close(disconnect: Disconnect): void {
    this.goodbyes.push(disconnect.code);
  }
}

describe('strikes for what others may have used up', () => {
  it('are for those who were told to wait and go on, once in a second', () => {
    const clock = { nowMs: 0 };
    const rate = { address: { capacity: 1, refillPerSec: 0.01 }, strikes: { capacity: 2, refillPerSec: 0.001 } };
    const limiter = new RateLimiter(rate, () => clock.nowMs);
    const call = (peer: Peer): unknown => limiter.check(peer, undefined);
    const [noisy, innocent] = [new Peer(), new Peer()];
    call(noisy);
    // What was sent together, before a refusal could be read.
    for (let n = 0; n < 50; n++) expect(call(innocent)).toMatchObject({ reason: 'TooManyRequests' });
    expect(innocent.goodbyes).toEqual([]);
    for (let second = 1; second <= 3; second++) {
      clock.nowMs = second * 1_000;
      for (let n = 0; n < 50; n++) call(noisy);
    }
    expect(noisy.goodbyes).toEqual([]);
    for (let second = 4; second <= 5; second++) {
      clock.nowMs = second * 1_000;
      call(noisy);
    }
    expect(noisy.goodbyes).toContain(4029);
    expect(innocent.goodbyes).toEqual([]);
  });
});
