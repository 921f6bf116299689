import { ReplayMemory } from './replay-memory.js';

describe('the memory of what was said', () => {
  let nowMs: number;
  let memory: ReplayMemory;

  beforeEach(() => {
    nowMs = 0;
    memory = new ReplayMemory(1_000, () => nowMs);
    memory.isNew('a', 'you', 5);
  });

  it('forgets a channel that was left for long enough', () => {
    memory.leave('a');
    nowMs = 999;
    memory.sweep();
    expect(memory.isNew('a', 'you', 5)).toBe(false);
    nowMs = 1_000;
    memory.sweep();
    expect(memory.isNew('a', 'you', 5)).toBe(true);
  });

  it('forgets a sender that is gone for long enough', () => {
    memory.isNew('b', 'you', 6);
    memory.lose('you');
    nowMs = 1_000;
    memory.lose('another');
    expect([memory.isNew('a', 'you', 1), memory.isNew('b', 'you', 2)]).toEqual([true, true]);
  });

  it('keeps what came back', () => {
    memory.leave('a');
    memory.lose('you');
    memory.isNew('a', 'you', 6);
    nowMs = 1_000;
    memory.sweep();
    expect(memory.isNew('a', 'you', 6)).toBe(false);
  });

  it('remembers so many senders of a channel, and forgets the eldest', () => {
    for (let n = 0; n < 1_000; n++) memory.isNew('a', `sender ${n}`, 1);
    expect([memory.isNew('a', 'you', 5), memory.isNew('a', 'sender 999', 1)]).toEqual([true, false]);
  });
});
