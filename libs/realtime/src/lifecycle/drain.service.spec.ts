import { jest } from '@jest/globals';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { PendingWork } from '../session/pending-work.js';
import type { OpenSession } from '../session/open-session.fixture.js';
import { openingSessions } from '../session/open-session.fixture.js';
import type { DrainOptions } from './drain.service.js';
import { DRAIN_DEFAULTS, DrainService } from './drain.service.js';
import { NodeState } from './node-state.js';

/** A call that runs until somebody ends it. */
class RunningCall {
  busy = true;
  readonly log: string[] = [];
  private whenDone: () => void = () => undefined;

  finish(whenDone: () => void): void {
    this.log.push('finish');
    this.whenDone = whenDone;
  }

  giveUpAll(): void {
    this.log.push('giveUpAll');
    this.whenDone();
  }

  abortAll(): void {
    this.log.push('abortAll');
  }
}

function house(options: DrainOptions = {}, maxFrames: number = OUTBOUND_DEFAULTS.maxFrames) {
  const registry = new SessionRegistry(new TopicIndex(), []);
  const state = new NodeState();
  const work = new PendingWork();
  const connect = openingSessions(registry, { outbound: { ...OUTBOUND_DEFAULTS, maxFrames }, work });
  const warnings: string[] = [];
  const lines: string[] = [];
  const log = { log: (text: string) => lines.push(text), warn: (text: string) => warnings.push(text) };
  const random = (): number => 0.5;
  const drains = new DrainService(state, registry, work, { ...DRAIN_DEFAULTS, ...options }, log, random);
  return { registry, state, work, connect, warnings, lines, drains };
}

/** Lets the drain begin: it waits for the running tick. */
const begun = (): Promise<void> => Promise.resolve().then(() => undefined);
const delayOf = ({ transport }: OpenSession): number =>
  (transport.messages[0]?.['params'] as { reconnectAfterMs: number }).reconnectAfterMs;
const bye = ({ session }: OpenSession): void => session.ended(1012, 'ServiceRestart', true);

describe('DrainService', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('is done at once if nobody is there', async () => {
    const { drains, state } = house();
    expect([await drains.drain(), state.current, jest.getTimerCount()]).toEqual([{ sessions: 0, cut: 0 }, 'stopped', 0]);
  });

  it('is draining before anybody is told', async () => {
    const { drains, state, connect } = house();
    const wired = connect();
    const done = drains.drain();
    expect([state.current, wired.transport.log]).toEqual(['draining', []]);
    await begun();
    bye(wired);
    await done;
  });

  it('waits for a session that begins to close in the very moment', async () => {
    const { drains, state, connect } = house();
    const wired = connect();
    const done = drains.drain();
    wired.session.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.current).toBe('draining');
    bye(wired);
    await done;
  });

  it('sends what is queued and session.shutdown, then closes with 1012, and waits until all are gone', async () => {
    const { drains, state, connect, registry, warnings, lines } = house();
    const wired = connect();
    wired.session.push('last');
    const done = drains.drain();
    await begun();
    const notice = '{"jsonrpc":"2.0","method":"session.shutdown","params":{"reason":"shutdown","reconnectAfterMs":5}}';
    expect([wired.transport.texts, wired.transport.log.at(-1)]).toEqual([['{"jsonrpc":"2.0","method":"last"}', notice], 'close 1012']);
    expect([state.current, registry.stats().sessions]).toEqual(['draining', { open: 0, closing: 1 }]);
    bye(wired);
    expect([await done, state.current, warnings, jest.getTimerCount()]).toEqual([{ sessions: 1, cut: 0 }, 'stopped', [], 0]);
    expect(lines).toEqual(['Drained in 0 ms: sessions=1 cut=0']);
  });

  it.each([
    [10, 50, [2, 7, 12, 17, 22, 27, 32, 37, 42, 47]],
    // A few need not wait for a crowd that is not there.
    [4, 60_000, [5, 15, 25, 35]],
  ])('gives each of %i sessions a part of a window of %i ms, in another order than they came', async (count, windowMs, parts) => {
    const { drains, connect } = house();
    const peers = Array.from({ length: count }, connect);
    const done = drains.drain({ windowMs });
    await begun();
    const delays = peers.map(delayOf);
    const sorted = [...delays].sort((a, b) => a - b);
    expect(sorted).toEqual(parts);
    expect(delays).not.toEqual(sorted);
    peers.forEach(bye);
    await done;
  });

  it('closes a session whose calls run only when they are done', async () => {
    const { drains, connect } = house();
    const wired = connect();
    const call = new RunningCall();
    wired.session.calls = call;
    const done = drains.drain();
    await begun();
    expect([wired.session.state, wired.transport.log.length, call.log]).toEqual(['open', 1, ['finish']]);
    call.giveUpAll();
    expect(wired.transport.log.at(-1)).toBe('close 1012');
    bye(wired);
    expect(await done).toEqual({ sessions: 1, cut: 0 });
  });

  it('gives calls up when the time is over, says 1012 also then, and cuts what has not answered', async () => {
    const { drains, connect, state, warnings } = house({ timeoutMs: 100 });
    const [polite, deaf, busy] = [connect(), connect(), connect()];
    const call = new RunningCall();
    busy.session.calls = call;
    const done = drains.drain();
    await begun();
    bye(polite);
    await jest.advanceTimersByTimeAsync(99);
    expect([deaf.transport.log.includes('terminate'), busy.session.state]).toEqual([false, 'open']);
    await jest.advanceTimersByTimeAsync(1);
    expect([deaf.transport.log.at(-1), busy.transport.log.at(-1), call.log]).toEqual([
      'terminate',
      'close 1012',
      ['finish', 'giveUpAll', 'abortAll'],
    ]);
    deaf.session.ended(1006, '', false);
    bye(busy);
    expect([await done, state.current, warnings, polite.transport.log.includes('terminate')]).toEqual([
      { sessions: 3, cut: 2 },
      'stopped',
      ['2 sessions were still there and were cut after drain.timeoutMs (100 ms)'],
      false,
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits half a second more for peers whose calls it gave up', async () => {
    const { drains, connect } = house({ timeoutMs: 100 });
    const busy = connect();
    busy.session.calls = new RunningCall();
    const done = drains.drain();
    await jest.advanceTimersByTimeAsync(599);
    expect(busy.transport.log.at(-1)).toBe('close 1012');
    await jest.advanceTimersByTimeAsync(1);
    expect(busy.transport.log.at(-1)).toBe('terminate');
    busy.session.ended(1012, '', false);
    expect(await done).toEqual({ sessions: 1, cut: 1 });
  });

  it('ends at once when it is hurried, and says that this is why', async () => {
    const { drains, connect, warnings } = house();
    const [deaf, busy] = [connect(), connect()];
    busy.session.calls = new RunningCall();
    const done = drains.drain();
    await begun();
    drains.hurry();
    await jest.advanceTimersByTimeAsync(0);
    expect([deaf.transport.log.at(-1), busy.transport.log.slice(-2)]).toEqual(['terminate', ['close 1012', 'terminate']]);
    for (const { session } of [deaf, busy]) session.ended(1006, '', false);
    expect(await done).toEqual({ sessions: 2, cut: 2 });
    expect(warnings).toEqual(['2 sessions were still there and were cut when a further signal came']);
  });

  it('waits also for sessions that were closing before, and says nothing more to them', async () => {
    const { drains, connect } = house({ timeoutMs: 100 });
    const { session, transport } = connect();
    session.close();
    const done = drains.drain();
    await jest.advanceTimersByTimeAsync(100);
    expect(transport.log).toEqual(['close 1000', 'terminate']);
    session.ended(1006, '', false);
    expect(await done).toEqual({ sessions: 0, cut: 1 });
  });

  it('says 1012 also to a session whose queue is full', async () => {
    const { drains, connect } = house({}, 1);
    const wired = connect();
    wired.transport.writable = false;
    wired.session.push('full');
    const done = drains.drain();
    await begun();
    expect([wired.transport.goodbye?.code, wired.transport.texts.length]).toEqual([1012, 2]);
    bye(wired);
    await done;
  });

  it('waits for what listeners of sessions still do', async () => {
    const { drains, connect, state } = house();
    const wired = connect();
    let finish: () => void = () => undefined;
    wired.session.onClose(() => new Promise<void>((resolve) => (finish = resolve)));
    bye(wired);
    const done = drains.drain();
    await begun();
    expect(state.current).toBe('draining');
    finish();
    expect(await done).toEqual({ sessions: 0, cut: 0 });
  });

  it('says how many listeners of sessions were still at work when the time was over', async () => {
    const { drains, connect, warnings, lines } = house({ timeoutMs: 100 });
    const wired = connect();
    wired.session.onClose(() => new Promise(() => undefined));
    bye(wired);
    const done = drains.drain();
    await jest.advanceTimersByTimeAsync(100);
    expect(await done).toEqual({ sessions: 0, cut: 0 });
    expect(warnings).toEqual([
      '1 onClose listener or connection hook was still at work after drain.timeoutMs (100 ms); nobody waits any longer',
    ]);
    expect(lines).toEqual(['Drained in 100 ms: sessions=0 cut=0']);
  });

  it('is one drain, however often it is asked for', async () => {
    const { drains, connect } = house();
    const wired = connect();
    const [first, second] = [drains.drain(), drains.drain({ windowMs: 0 })];
    await begun();
    bye(wired);
    expect([await first, await second, await drains.drain()]).toEqual(Array(3).fill({ sessions: 1, cut: 0 }));
    expect(wired.transport.texts).toHaveLength(1);
  });

  it.each([{ windowMs: -1 }, { windowMs: 0.5 }, { timeoutMs: Infinity }, { timeoutMs: NaN }])('refuses %j', (options) => {
    const { drains, state } = house();
    expect(() => drains.drain(options)).toThrow(RangeError);
    expect(state.current).toBe('running');
  });
});
