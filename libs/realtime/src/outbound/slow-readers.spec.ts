import { FakeTransport, tickDone } from '../../../../test/sessions/fake-transport.js';
import { NodeCounters } from '../observe/node-counters.js';
import { FlushSchedule } from './flush-schedule.js';
import type { OutboundOptions } from './outbound-queue.js';
import { OUTBOUND_DEFAULTS, OutboundQueue } from './outbound-queue.js';
import { SharedFrame } from './shared-frame.js';
import type { SlowRule } from './slow-rule.js';
import { ruleOf } from './slow-rule.js';

function harness(limits: OutboundOptions = {}) {
  const transport = new FakeTransport();
  transport.writable = false;
  const counters = new NodeCounters();
  const schedule = new FlushSchedule(() => undefined);
  const queue = new OutboundQueue(transport, { outbound: { ...OUTBOUND_DEFAULTS, ...limits }, schedule, counters }, 'id');
  const caughtUp = (): string[] => {
    transport.writable = true;
    queue.writeOut();
    return transport.texts;
  };
  return { transport, counters, queue, caughtUp, dropped: () => Object.fromEntries(counters.framesDropped) };
}

const newest = (text: string): SharedFrame => new SharedFrame(text, ruleOf('drop-newest'));
const oldest = (text: string): SharedFrame => new SharedFrame(text, ruleOf('drop-oldest'));
const value = (text: string, key: string): SharedFrame => new SharedFrame(text, { policy: 'conflate', key } satisfies SlowRule);
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('a queue whose reader is slow', () => {
  it('drops the newest pushes and keeps the first', () => {
    const { queue, caughtUp, dropped } = harness({ maxFrames: 3 });
    expect(names(5).map((name) => queue.offer(newest(name)))).toEqual(['queued', 'queued', 'queued', 'dropped', 'dropped']);
    expect([dropped(), queue.length, caughtUp()]).toEqual([{ 'drop-newest': 2 }, 3, ['0', '1', '2']]);
  });

  it('drops the oldest pushes and keeps the last, in order', () => {
    const { queue, caughtUp, dropped } = harness({ maxFrames: 3 });
    for (const name of names(1000)) expect(queue.offer(oldest(name))).toBe('queued');
    expect([dropped(), queue.length, caughtUp()]).toEqual([{ 'drop-oldest': 997 }, 3, ['997', '998', '999']]);
  });

  it('lets as many of the oldest go as the bytes of the newest need', () => {
    const { queue, caughtUp, dropped } = harness({ maxBytes: 6 });
    for (const text of ['aa', 'bb', 'cc', 'ddd']) expect(queue.offer(oldest(text))).toBe('queued');
    expect([dropped(), caughtUp()]).toEqual([{ 'drop-oldest': 2 }, ['cc', 'ddd']]);
  });

  it('drops a push that would find no room even in an empty queue, and nothing for its sake', () => {
    const { queue, caughtUp, dropped } = harness({ maxBytes: 6 });
    queue.offer(oldest('aa'));
    expect(queue.offer(oldest('1234567'))).toBe('dropped');
    expect([dropped(), caughtUp()]).toEqual([{ 'drop-oldest': 1 }, ['aa']]);
  });

  it('counts what the transport holds', () => {
    const { transport, queue, caughtUp, dropped } = harness({ maxBytes: 6 });
    transport.bufferedBytes = 3;
    for (const text of ['a', 'b', 'c', 'd']) queue.offer(oldest(text));
    expect([dropped(), caughtUp()]).toEqual([{ 'drop-oldest': 1 }, ['b', 'c', 'd']]);
  });

  it('never drops replies: pushes make room for them, the oldest first, and what remains keeps its order', () => {
    const { queue, caughtUp, dropped } = harness({ maxFrames: 4 });
    for (const frame of [oldest('a'), 'r1', newest('b'), value('c', 'k')]) expect(queue.offer(frame)).toBe('queued');
    expect([queue.offer('r2'), queue.offer('r3')]).toEqual(['queued', 'queued']);
    expect(dropped()).toEqual({ 'drop-oldest': 1, 'drop-newest': 1 });
    expect(queue.offer('r4')).toBe('queued');
    expect(queue.offer('r5')).toBe('overflow');
    expect(dropped()).toEqual({ 'drop-oldest': 1, 'drop-newest': 1, conflate: 1, disconnect: 1 });
    expect(caughtUp()).toEqual(['r1', 'r2', 'r3', 'r4']);
  });

  it('drops nothing for a reply that would find no room anyway', () => {
    const { queue, caughtUp, dropped } = harness({ maxBytes: 6 });
    for (const frame of ['r1', oldest('aa')]) queue.offer(frame);
    expect(queue.offer('12345')).toBe('overflow');
    expect([dropped(), caughtUp()]).toEqual([{ disconnect: 1 }, ['r1', 'aa']]);
  });

  it('drops a push when only replies wait', () => {
    const { queue, caughtUp } = harness({ maxFrames: 2 });
    for (const frame of ['r1', 'r2']) queue.offer(frame);
    expect([queue.offer(oldest('a')), queue.offer(value('b', 'k')), caughtUp()]).toEqual(['dropped', 'dropped', ['r1', 'r2']]);
  });

  it('drops nothing while its reader keeps up, however many there are in one tick', async () => {
    const { transport, queue, dropped } = harness({ maxFrames: 8 });
    transport.writable = true;
    for (const name of names(100)) expect(queue.offer(name === '7' ? value(name, 'k') : oldest(name))).toBe('queued');
    await tickDone();
    expect([transport.texts, dropped()]).toEqual([names(100), {}]);
  });

  it('counts everything as either sent or dropped, whatever comes in whatever order', () => {
    const { queue, caughtUp, dropped, counters } = harness({ maxFrames: 50, maxBytes: 400 });
    const kinds = [newest, oldest, (text: string) => value(text, text.slice(-1)), (text: string) => text];
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    let lost = 0;
    for (let n = 0; n < 5000; n++) {
      const frame = (kinds[next(100) < 3 ? 3 : next(3)] as (text: string) => SharedFrame | string)('x'.repeat(next(9)) + String(n));
      if (queue.offer(frame) === 'overflow') lost++;
      expect(queue.length).toBeLessThanOrEqual(50);
    }
    const received = caughtUp();
    const { disconnect = 0, ...byRule } = dropped();
    expect(disconnect).toBe(lost);
    expect(received.length + lost + Object.values(byRule).reduce((sum, count) => sum + count, 0)).toBe(5000);
    expect([counters.framesSent, counters.bytesSent]).toEqual([received.length, received.join('').length]);
    expect(received.join('').length).toBeLessThanOrEqual(400);
  });

  it('throws away and counts what waits when its reader is disconnected', () => {
    const { queue, caughtUp, dropped } = harness();
    for (const frame of ['r1', oldest('a')]) queue.offer(frame);
    queue.discard();
    queue.discard();
    expect([queue.length, dropped(), caughtUp()]).toEqual([0, { disconnect: 2 }, []]);
  });
});

describe('values with a key', () => {
  it('take the place of the former value of their key', () => {
    const { queue, caughtUp, dropped } = harness();
    for (const frame of [value('a1', 'a'), 'r', value('b1', 'b'), value('a2', 'a'), value('c1', 'c'), value('a3', 'a')]) queue.offer(frame);
    expect([dropped(), queue.length, caughtUp()]).toEqual([{ conflate: 2 }, 4, ['a3', 'r', 'b1', 'c1']]);
  });

  it('take it also from a value that was queued while the reader still kept up', () => {
    const { transport, queue, caughtUp } = harness();
    transport.writable = true;
    queue.offer(value('a1', 'a'));
    transport.writable = false;
    queue.offer(value('a2', 'a'));
    expect(caughtUp()).toEqual(['a2']);
  });

  it('are all sent to a reader that keeps up', async () => {
    const { transport, queue } = harness();
    transport.writable = true;
    for (const text of ['a1', 'a2', 'a3']) queue.offer(value(text, 'a'));
    await tickDone();
    expect(transport.texts).toEqual(['a1', 'a2', 'a3']);
  });

  it('go behind the others if they are too large for the place, and push out the oldest as any push', () => {
    const { queue, caughtUp, dropped } = harness({ maxBytes: 6 });
    for (const frame of [value('aa', 'a'), value('bb', 'b'), value('cc', 'c'), value('aaaa', 'a')]) queue.offer(frame);
    expect([dropped(), caughtUp()]).toEqual([{ conflate: 2 }, ['cc', 'aaaa']]);
  });

  it('do not replace what was sealed', () => {
    const { queue, caughtUp } = harness();
    queue.offer(value('a1', 'a'));
    queue.offer('left and joined again');
    queue.seal();
    queue.offer(value('a2', 'a'));
    queue.offer(value('a3', 'a'));
    expect(caughtUp()).toEqual(['a1', 'left and joined again', 'a3']);
  });

  it('are found also after many others were dropped before and between them', () => {
    const { queue, caughtUp } = harness({ maxFrames: 100 });
    for (const name of names(90)) queue.offer(oldest(name));
    queue.seal();
    for (let n = 0; n < 500; n++) {
      queue.offer(value(`a${n}`, 'a'));
      queue.offer(oldest(`o${n}`));
    }
    queue.offer(value('a500', 'a'));
    const received = caughtUp();
    expect([received.length, received.filter((text) => text.startsWith('a'))]).toEqual([100, ['a500']]);
  });

  it('have no place any more once they were handed over', async () => {
    const { transport, queue, caughtUp } = harness();
    queue.offer(value('a1', 'a'));
    queue.offer(value('a2', 'a'));
    caughtUp();
    transport.writable = false;
    queue.offer(value('a3', 'a'));
    await tickDone();
    expect(caughtUp()).toEqual(['a2', 'a3']);
  });
});
