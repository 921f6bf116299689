import type { OutboundOptions } from '../outbound/outbound-queue.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { openSession } from './open-session.fixture.js';

function open(limits: OutboundOptions = {}) {
  const opened = openSession({ outbound: { ...OUTBOUND_DEFAULTS, ...limits } });
  opened.transport.writable = false;
  return opened;
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
