import { jest } from '@jest/globals';
import { NodeCounters } from '../observe/node-counters.js';
import { FakeTransport, tickDone } from '../../../../test/sessions/fake-transport.js';
import { LANE } from './flush-lane.js';
import { FlushSchedule } from './flush-schedule.js';
import type { OutboundOptions } from './outbound-queue.js';
import { OUTBOUND_DEFAULTS, OutboundQueue } from './outbound-queue.js';
import { SharedFrame } from './shared-frame.js';
import { ruleOf } from './slow-rule.js';

function harness(limits: OutboundOptions = {}) {
  const transport = new FakeTransport();
  const faults: unknown[] = [];
  const schedule = new FlushSchedule((fault) => faults.push(fault));
  const counters = new NodeCounters();
  const queue = new OutboundQueue(transport, { outbound: { ...OUTBOUND_DEFAULTS, ...limits }, schedule, counters }, 'id');
  return { transport, queue, schedule, faults, counters };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('OutboundQueue', () => {
  it.each(['disconnect', 'drop-oldest', 'drop-newest'] as const)(
    'lets a push to its session alone pass by those to many, with %s',
    (policy) => {
      const lanes: number[] = [];
      const { queue, schedule } = harness({ policy });
      jest.spyOn(schedule, 'add').mockImplementation((_queue, lane) => void lanes.push(lane));
      queue.offer(queue.pushFrame('own'));
      queue.flush(LANE.replies);
      queue.offer(new SharedFrame('of many', ruleOf(policy)));
      expect(lanes).toEqual([LANE.replies, LANE.pushes]);
    },
  );

  it('writes everything of one tick at once, in order', async () => {
    const { transport, queue } = harness();
    const shared = new SharedFrame('b');
    for (const frame of ['a', shared, 'c']) expect(queue.offer(frame)).toBe('queued');
    expect(transport.writes).toEqual([]);
    await tickDone();
    expect(transport.writes).toEqual([['a', shared, 'c']]);
    expect(queue.length).toBe(0);
  });

  it('writes nothing while earlier bytes wait for the peer, and everything when told that they are gone', async () => {
    const { transport, queue } = harness();
    transport.writable = false;
    queue.offer('a');
    await tickDone();
    queue.offer('b');
    await tickDone();
    expect([transport.writes.length, queue.length]).toEqual([0, 2]);
    transport.writable = true;
    queue.writeOut();
    expect(transport.writes).toEqual([['a', 'b']]);
  });

  it('asks for a flush again after it was written', async () => {
    const { transport, queue } = harness();
    queue.offer('a');
    await tickDone();
    queue.offer('b');
    await tickDone();
    expect(transport.writes).toEqual([['a'], ['b']]);
  });

  it('takes frames up to its bytes and no byte more', () => {
    const { transport, queue } = harness({ maxBytes: 10 });
    transport.writable = false;
    expect([queue.offer('12345'), queue.offer('12345'), queue.offer('1')]).toEqual(['queued', 'queued', 'overflow']);
    expect(queue.length).toBe(2);
  });

  it('counts bytes of UTF-8, not characters', () => {
    const { transport, queue } = harness({ maxBytes: 7 });
    transport.writable = false;
    expect([queue.offer('€'), queue.offer(new SharedFrame('€')), queue.offer('é')]).toEqual(['queued', 'queued', 'overflow']);
  });

  it('counts what the transport still holds', () => {
    const { transport, queue } = harness({ maxBytes: 10 });
    transport.writable = false;
    transport.bufferedBytes = 8;
    expect([queue.offer('123'), queue.offer('12')]).toEqual(['overflow', 'queued']);
  });

  it('takes frames up to their number and no frame more', () => {
    const { transport, queue } = harness({ maxFrames: 3 });
    transport.writable = false;
    expect(numbers(4).map((frame) => queue.offer(frame))).toEqual(['queued', 'queued', 'queued', 'overflow']);
  });

  it('takes a burst of many times its bounds in one tick while the peer keeps up, and keeps the order', async () => {
    const { transport, queue } = harness({ maxFrames: 8, maxBytes: 64 });
    const burst = numbers(1000);
    expect(burst.map((frame) => queue.offer(frame))).toEqual(burst.map(() => 'queued'));
    await tickDone();
    expect(transport.texts).toEqual(burst);
    expect(Math.max(...transport.writes.map((frames) => frames.length))).toBe(8);
  });

  it('is left as it was by a frame that finds no room', async () => {
    const { transport, queue } = harness({ maxBytes: 4 });
    transport.writable = false;
    queue.offer('keep');
    queue.offer('gone');
    transport.writable = true;
    await tickDone();
    queue.writeOut();
    expect(transport.texts).toEqual(['keep']);
  });

  it('has room again when the peer has caught up', () => {
    const { transport, queue } = harness({ maxBytes: 4 });
    transport.writable = false;
    queue.offer('1234');
    expect(queue.offer('5')).toBe('overflow');
    transport.writable = true;
    expect(queue.offer('5')).toBe('queued');
    queue.writeOut();
    expect(transport.texts).toEqual(['1234', '5']);
  });

  it('hands over what waits although the peer does not keep up, when it is told to', () => {
    const { transport, queue } = harness();
    transport.writable = false;
    queue.offer('a');
    queue.handOver();
    queue.handOver();
    expect(transport.writes).toEqual([['a']]);
  });

  it('writes nothing once it is cleared', async () => {
    const { transport, queue } = harness({ maxBytes: 1 });
    queue.offer('a');
    queue.clear();
    await tickDone();
    expect(transport.writes).toEqual([]);
    expect(queue.offer('b')).toBe('queued');
  });
});
