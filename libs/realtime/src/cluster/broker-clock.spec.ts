import { BrokerClock } from './broker-clock.js';
import type { LeaseView } from './cluster-engine.js';

const LEASE = { nodeId: 'a', generation: 'g', facts: '{}', leaseMs: 1_000, isHeld: false };

describe("the broker's clock", () => {
  let nowMs: number;
  let clock: BrokerClock;

  beforeEach(() => {
    nowMs = 5;
    clock = new BrokerClock(() => nowMs);
  });

  const beat = (told: Partial<LeaseView>, tookMs = 0): Promise<LeaseView> =>
    clock
      .listening({
        beat: async () => {
          nowMs += tookMs;
          return { verdict: 'held', nodes: [], ...told };
        },
        release: async () => undefined,
      })
      .beat(LEASE);

  it('is not known before the first heartbeat, and goes on after it', async () => {
    expect(clock.read()).toBeUndefined();
    await beat({ brokerTimeMs: 9_000 });
    expect(clock.read()).toBe(9_000);
    nowMs += 400;
    expect(clock.read()).toBe(9_400);
  });

  it('was told somewhere between question and answer', async () => {
    await beat({ brokerTimeMs: 9_000 }, 100);
    expect(clock.read()).toBe(9_050);
  });

  it('follows a broker whose clock jumps', async () => {
    await beat({ brokerTimeMs: 9_000 });
    await beat({ brokerTimeMs: 3_609_000 });
    expect(clock.read()).toBe(3_609_000);
  });

  it('stands still where the broker does not tell', async () => {
    await beat({});
    nowMs += 1_000_000;
    expect(clock.read()).toBe(0);
  });
});
