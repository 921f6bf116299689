import { jest } from '@jest/globals';
import type { ClusterBus } from './cluster-engine.js';
import { WantedChannels } from './wanted-channels.js';

/** A bus that confirms or refuses when the test says so. */
class HeldBus implements ClusterBus {
  readonly heard = new Set<string>();
  private readonly waiting: (() => void)[] = [];
  isAway = false;

  publish(): Promise<void> {
    return Promise.resolve();
  }

  listen(channel: string): Promise<void> {
    this.heard.add(channel);
    return new Promise((resolve, reject) => {
      this.waiting.push(() => (this.isAway ? reject(new Error('away')) : resolve()));
    });
  }

  ignore(channel: string): void {
    this.heard.delete(channel);
  }

  renew(): void {
    this.settle();
  }

  settle(): void {
    for (const answer of this.waiting.splice(0)) answer();
  }
}

describe('wanted channels', () => {
  let nowMs = 0;
  let bus: HeldBus;
  let ignored: string[];
  let channels: WantedChannels;

  beforeEach(() => {
    jest.useFakeTimers();
    nowMs = 0;
    bus = new HeldBus();
    ignored = [];
    channels = new WantedChannels(
      () => bus,
      (channel) => ignored.push(channel),
      () => nowMs,
    );
  });
  afterEach(() => {
    channels.stop();
    jest.useRealTimers();
  });

  const pass = (ms: number): void => {
    nowMs += ms;
    jest.advanceTimersByTime(ms);
  };

  it('are listened to a little longer than they are wanted, and not at all afterwards', async () => {
    const wait = channels.want('a');
    bus.settle();
    await wait;
    channels.unwant('a');
    pass(500);
    expect([bus.heard.has('a'), channels.want('a')]).toEqual([true, undefined]);
    channels.unwant('a');
    pass(3_000);
    expect([bus.heard.size, ignored, jest.getTimerCount()]).toEqual([0, ['a'], 0]);
  });

  it('are asked for again by whoever comes after the broker did not confirm them', async () => {
    bus.isAway = true;
    const missed = channels.want('a');
    bus.settle();
    await missed;
    bus.isAway = false;
    const wait = channels.want('a');
    expect(wait).toBeInstanceOf(Promise);
    bus.settle();
    await wait;
    expect([channels.want('a'), channels.confirmed('a')]).toEqual([undefined, undefined]);
  });

  it('are in the end those that somebody wants, over 10,000 interleavings of joining, leaving, answers and time', async () => {
    let seed = 11;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const names = ['a', 'b', 'c'];
    const holders = new Map<string, number>();
    const holds = (name: string): number => holders.get(name) ?? 0;
    for (let step = 0; step < 10_000; step++) {
      const name = names[next(names.length)] ?? '';
      if (next(2) === 0) {
        void channels.want(name);
        holders.set(name, holds(name) + 1);
      } else if (holds(name) > 0) {
        channels.unwant(name);
        holders.set(name, holds(name) - 1);
      }
      if (next(3) === 0) pass(next(1_500));
      if (next(3) === 0) bus.settle();
      if (next(3) === 0) await Promise.resolve();
      bus.isAway = next(10) === 0;
      for (const held of names) if (holds(held) > 0) expect([step, held, bus.heard.has(held)]).toEqual([step, held, true]);
    }
    for (const name of names) for (; holds(name) > 0; holders.set(name, holds(name) - 1)) channels.unwant(name);
    pass(3_000);
    expect([bus.heard.size, jest.getTimerCount()]).toEqual([0, 0]);
  });
});
