import { jest } from '@jest/globals';
import { FakeTransport, OPENING_FACTS } from '../../../../test/sessions/fake-transport.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { FlushSchedule } from '../session/flush-schedule.js';
import { Handshake } from '../session/handshake.js';
import { OUTBOUND_DEFAULTS } from '../session/outbound-queue.js';
import { Session } from '../session/session.js';
import { NodeState } from './node-state.js';
import type { DrainOptions } from './shutdown.service.js';
import { DRAIN_DEFAULTS, ShutdownService } from './shutdown.service.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NO_OBSERVERS } from '../observe/observers.js';

interface Wired {
  readonly session: Session;
  readonly transport: FakeTransport;
}

function house(options: DrainOptions = {}, maxFrames: number = OUTBOUND_DEFAULTS.maxFrames) {
  const registry = new SessionRegistry(new TopicIndex(), []);
  const state = new NodeState();
  const schedule = new FlushSchedule(() => undefined);
  const outbound = { ...OUTBOUND_DEFAULTS, maxFrames };
  const connect = (): Wired => {
    const transport = new FakeTransport();
    const session = new Session(new Handshake(OPENING_FACTS), transport, {
      host: registry,
      outbound,
      schedule,
      observers: NO_OBSERVERS,
      counters: new NodeCounters(),
      onFault: () => undefined,
    });
    registry.add(session);
    return { session, transport };
  };
  return { registry, state, connect, shutdown: new ShutdownService(state, registry, { ...DRAIN_DEFAULTS, ...options }) };
}

describe('ShutdownService', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('is done at once if nobody is there', async () => {
    const { shutdown, state } = house();
    expect([await shutdown.run(), state.current, jest.getTimerCount()]).toEqual([0, 'stopped', 0]);
  });

  it('sends what is queued and session.shutdown, then closes with 1001, and waits until all are gone', async () => {
    const { shutdown, state, connect, registry } = house();
    const { session, transport } = connect();
    session.push('last');
    const done = shutdown.run();
    const notice = '{"jsonrpc":"2.0","method":"session.shutdown","params":{"reason":"shutdown","reconnectAfterMs":10000}}';
    expect([transport.texts, transport.log.at(-1)]).toEqual([['{"jsonrpc":"2.0","method":"last"}', notice], 'close 1001']);
    expect([state.current, registry.stats().sessions]).toEqual(['draining', { open: 0, closing: 1 }]);
    session.ended(1001, 'GoingAway', true);
    expect([await done, state.current, jest.getTimerCount()]).toEqual([0, 'stopped', 0]);
  });

  it('spreads the return of the clients evenly over the window', async () => {
    const { shutdown, connect } = house({ windowMs: 1000 });
    const peers = [connect(), connect(), connect(), connect()];
    const done = shutdown.run();
    const delays = peers.map(({ transport }) => (transport.messages[0]?.['params'] as { reconnectAfterMs: number }).reconnectAfterMs);
    expect(delays).toEqual([250, 500, 750, 1000]);
    for (const { session } of peers) session.ended(1001, '', true);
    await done;
  });

  it('cuts what has not answered in time, and says how many', async () => {
    const { shutdown, connect, state } = house({ timeoutMs: 100 });
    const [polite, deaf] = [connect(), connect()];
    const done = shutdown.run();
    polite.session.ended(1001, '', true);
    await jest.advanceTimersByTimeAsync(99);
    expect(deaf.transport.log).not.toContain('terminate');
    await jest.advanceTimersByTimeAsync(1);
    expect([deaf.transport.log.at(-1), polite.transport.log.includes('terminate'), state.current]).toEqual([
      'terminate',
      false,
      'draining',
    ]);
    deaf.session.ended(1006, '', false);
    expect([await done, state.current]).toEqual([1, 'stopped']);
  });

  it('waits also for sessions that were closing before, and says nothing more to them', async () => {
    const { shutdown, connect } = house({ timeoutMs: 100 });
    const { session, transport } = connect();
    session.close();
    const done = shutdown.run();
    await jest.advanceTimersByTimeAsync(100);
    expect(transport.log).toEqual(['close 1000', 'terminate']);
    session.ended(1006, '', false);
    expect(await done).toBe(1);
  });

  it('says 1001 also to a session whose queue is full', async () => {
    const { shutdown, connect } = house({}, 1);
    const { session, transport } = connect();
    transport.writable = false;
    session.push('full');
    const done = shutdown.run();
    expect(transport.goodbye?.code).toBe(1001);
    session.ended(1001, '', true);
    await done;
  });
});
