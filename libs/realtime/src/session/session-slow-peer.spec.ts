import { FakeTransport, OPENING_FACTS } from '../../../../test/sessions/fake-transport.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import { FlushSchedule } from './flush-schedule.js';
import { Handshake } from './handshake.js';
import type { OutboundOptions } from './outbound-queue.js';
import { OUTBOUND_DEFAULTS } from './outbound-queue.js';
import { Session } from './session.js';

const ignore = (): void => undefined;

function open(limits: OutboundOptions = {}) {
  const transport = new FakeTransport();
  transport.writable = false;
  const session = new Session(new Handshake(OPENING_FACTS), transport, {
    host: { admitPrincipal: ignore, principalChanged: ignore, closing: ignore, closed: ignore },
    outbound: { ...OUTBOUND_DEFAULTS, ...limits },
    schedule: new FlushSchedule(ignore),
    observers: NO_OBSERVERS,
    counters: new NodeCounters(),
    onFault: ignore,
  });
  return { session, transport };
}

describe('a session whose peer is slow', () => {
  it.each([
    ['drop-newest', [true, true, false], ['a', 'b']],
    ['drop-oldest', [true, true, true], ['b', 'c']],
  ] as const)('stays open when pushes find no room with %s', (policy, taken, kept) => {
    const { session, transport } = open({ maxFrames: 2, policy });
    expect([session.push('a'), session.push('b'), session.push('c')]).toEqual(taken);
    expect(session.state).toBe('open');
    transport.writable = true;
    session.drained();
    expect(transport.messages.map(({ method }) => method)).toEqual(kept);
  });

  it('never drops a request of ours or the cancelling of one, whatever the policy', async () => {
    const { session, transport } = open({ maxFrames: 3, policy: 'drop-oldest' });
    const stop = new AbortController();
    const call = session.call('ask', undefined, { signal: stop.signal });
    stop.abort();
    await expect(call).rejects.toThrow();
    for (const method of ['a', 'b', 'c']) session.push(method);
    transport.writable = true;
    session.drained();
    expect(transport.messages.map(({ method }) => method)).toEqual(['ask', '$/cancelRequest', 'c']);
  });

  it('throws what waits away if the peer does not take it, and says so with 4002', () => {
    const { session, transport } = open();
    session.push('a');
    session.tooSlow();
    session.tooSlow();
    expect([transport.log, session.state]).toEqual([['close 4002'], 'closing']);
  });
});
