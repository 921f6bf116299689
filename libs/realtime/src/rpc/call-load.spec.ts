import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { openSession } from '../session/open-session.fixture.js';
import { idleCallSurroundings } from './call-surroundings.fixture.js';
import { connect } from './held-calls.fixture.js';
import { MethodRegistry } from './method-registry.js';
import { RpcConnection } from './rpc-connection.js';

describe('calls whose frames have more bytes than limits.inFlightBytes', () => {
  const large = (id: unknown, method = 'held'): unknown => ({ jsonrpc: '2.0', id, method, params: ['x'.repeat(600)] });

  it('are read no more until enough of them have ended', async () => {
    const { transport, held, receive } = connect({ inFlightBytes: 1_500 });
    for (const id of [1, 2]) receive(large(id));
    expect(transport.log).toEqual([]);
    receive(large(3));
    expect([held.calls.length, transport.log]).toEqual([3, ['pause']]);
    held.release(1);
    await tickDone();
    expect(transport.log).toContain('resume');
  });

  it('are read on when one of them alone has more: its peer may have to be heard', async () => {
    const { transport, held, receive } = connect({ inFlightBytes: 500 });
    receive(large(1));
    expect(transport.log).toEqual([]);
    receive({ jsonrpc: '2.0', id: 2, method: 'held' });
    expect(transport.log).toEqual(['pause']);
    held.release(1);
    await tickDone();
    expect(transport.log).toContain('resume');
  });

  it('count as long as their handlers are at work, also if nobody waits for the answer any more', async () => {
    const { transport, held, receive } = connect({ inFlightBytes: 1_000 });
    for (const id of [1, 2]) receive(large(id));
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
    expect(transport.log.includes('resume')).toBe(false);
    held.release(0);
    await tickDone();
    expect(transport.log).toContain('resume');
  });

  it('count while they wait for a place, and when one that waits is taken back no more', () => {
    const { transport, receive } = connect({ inFlight: 2, inFlightBytes: 1_500 });
    for (const id of [1, 2]) receive({ jsonrpc: '2.0', id, method: 'held' });
    for (const id of [3, 4]) receive(large(id));
    expect(transport.log).toEqual(['pause']);
    for (const id of [3, 4]) receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
    expect(transport.log).toContain('resume');
  });

  it('count once for a batch, until the last of its calls has ended', async () => {
    const { transport, held, receive } = connect({ inFlightBytes: 1_000 });
    receive([large(1), { jsonrpc: '2.0', id: 2, method: 'held' }, large(3, 'echo')]);
    expect(transport.log).toEqual([]);
    receive({ jsonrpc: '2.0', id: 4, method: 'held' });
    expect(transport.log).toEqual(['pause']);
    held.release(0);
    await tickDone();
    expect(transport.log).toEqual(['pause']);
    held.release(1);
    await tickDone();
    expect(transport.log).toContain('resume');
  });

  it('are read on when no more of them are begun: those that run may be taken back', () => {
    const { session, transport, receive } = connect({ inFlightBytes: 1_000 });
    for (const id of [1, 2]) receive(large(id));
    expect(transport.log).toEqual(['pause']);
    session.calls?.finish(() => undefined);
    expect(transport.log.at(-1)).toBe('resume');
  });

  it('do not stop the reading of a session that was closed by its handler', () => {
    const { session, transport } = openSession();
    const methods = new MethodRegistry();
    methods.add({
      name: 'leave',
      origin: 'Test.leave',
      timeoutMs: 0,
      handle: (call) => (call.session.close(), new Promise(() => undefined)),
    });
    methods.add({ name: 'wait', origin: 'Test.wait', timeoutMs: 0, handle: () => new Promise(() => undefined) });
    const connection = new RpcConnection(session, methods, idleCallSurroundings(64, 10));
    for (const method of ['wait', 'leave']) connection.receive(JSON.stringify({ jsonrpc: '2.0', method }));
    expect(transport.log).not.toContain('pause');
  });
});
