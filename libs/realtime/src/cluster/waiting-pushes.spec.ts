import { jest } from '@jest/globals';
import { NodeCounters } from '../observe/node-counters.js';
import { ClusterBusError } from './cluster-bus-error.js';
import type { AskOptions, AskResult } from './node-asks.js';
import { WaitingPushes } from './waiting-pushes.js';

describe('pushes while the broker is away', () => {
  let isInReach: boolean;
  let sent: string[];
  let hears: (nodeId: string) => boolean;
  let fate: (text: string) => Promise<void>;
  let others: string[];
  let bounds: { maxBytes: number; maxAgeMs: number };
  let counters: NodeCounters;
  let waiting: WaitingPushes;

  beforeEach(() => {
    jest.useFakeTimers();
    isInReach = false;
    sent = [];
    hears = () => true;
    fate = () => Promise.resolve();
    others = ['a', 'b'];
    counters = new NodeCounters();
    const send = (_channel: string, _type: string, _facts: unknown, text = ''): Promise<void> => {
      sent.push(text);
      return fate(text);
    };
    const ask = async (_kind: string, _params: unknown, { nodes = [] }: AskOptions = {}): Promise<AskResult> => ({
      answers: nodes.filter((nodeId) => hears(nodeId)).map((nodeId) => ({ nodeId, answer: true })),
      missingNodes: [],
    });
    bounds = { maxBytes: 10_000, maxAgeMs: 60_000 };
    waiting = new WaitingPushes(
      { send },
      { ask },
      () => others,
      () => isInReach,
      bounds,
      3_000,
      counters,
    );
  });
  afterEach(() => jest.useRealTimers());

  const push = (text: string): Promise<string> =>
    waiting.send('t:a', 'push', [], text).then(
      () => 'taken',
      (fault: unknown) => (fault instanceof ClusterBusError ? fault.message : 'another fault'),
    );
  const back = (): Promise<void> => {
    isInReach = true;
    waiting.back();
    return jest.advanceTimersByTimeAsync(0);
  };

  it('do not wait while it is there', async () => {
    isInReach = true;
    expect(await push('now')).toBe('taken');
    expect(sent).toEqual(['now']);
  });

  it('go in order when it is back, those of meanwhile behind them, each once', async () => {
    const fates = Array.from({ length: 40 }, (_, n) => push(`${n}`));
    expect(sent).toEqual([]);
    isInReach = true;
    waiting.back();
    fates.push(push('40'));
    await jest.advanceTimersByTimeAsync(0);
    fates.push(push('41'));
    expect(new Set(await Promise.all(fates))).toEqual(new Set(['taken']));
    expect(sent).toEqual(Array.from({ length: 42 }, (_, n) => `${n}`));
  });

  it('wait for nodes that do not hear yet, but not for ever', async () => {
    hears = (nodeId) => nodeId === 'a';
    void push('waits');
    await back();
    await jest.advanceTimersByTimeAsync(2_900);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(sent).toEqual(['waits']);
  });

  it('are rejected where there is no room, and counted', async () => {
    const fates = [push('x'.repeat(9_000)), push('y'.repeat(2_000)), push('z')];
    await back();
    expect(await Promise.all(fates)).toEqual(['taken', 'The broker is away, and no more pushes may wait for it', 'taken']);
    expect(counters.busErrors).toEqual(new Map([['buffer_full', 1]]));
    isInReach = false;
    const again = push('x'.repeat(9_000));
    await back();
    expect(await again).toBe('taken');
  });

  it('are rejected when they have waited for too long, and counted', async () => {
    const first = push('first');
    await jest.advanceTimersByTimeAsync(40_000);
    const second = push('second');
    await jest.advanceTimersByTimeAsync(20_001);
    expect(await first).toBe('The broker was away for longer than a push may wait');
    await back();
    expect(await second).toBe('taken');
    expect(sent).toEqual(['second']);
    expect(counters.busErrors).toEqual(new Map([['buffer_age', 1]]));
  });

  it('are not sent again when nobody can say what became of them, and the rest waits on if it is lost again', async () => {
    fate = (text) => {
      isInReach = text !== '255';
      return text === '255' ? Promise.reject(new ClusterBusError('unknown')) : Promise.resolve();
    };
    bounds.maxBytes = 1_000_000;
    const fates = Array.from({ length: 300 }, (_, n) => push(`${n}`));
    await back();
    expect(sent).toHaveLength(256);
    await back();
    expect((await Promise.all(fates)).filter((told) => told !== 'taken')).toEqual(['unknown']);
    expect(sent).toEqual(Array.from({ length: 300 }, (_, n) => `${n}`));
  });

  it('are rejected when the app ends', async () => {
    const told = push('late');
    waiting.stop();
    expect(await told).toBe('The app has ended before the broker was back');
    expect(jest.getTimerCount()).toBe(0);
  });
});
