import { jest } from '@jest/globals';
import type { FakeTransport } from '../../../../test/sessions/fake-transport.js';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { connect } from './held-calls.fixture.js';
import type { RpcCall } from './rpc-call.js';

const ids = (transport: FakeTransport): unknown[] => transport.messages.map(({ id }) => id);
const codes = (transport: FakeTransport): unknown[] => transport.messages.map(({ error }) => (error as { code: number } | undefined)?.code);

describe('calls that take time', () => {
  it('are answered in the order in which they are done', async () => {
    const { transport, held, call } = connect();
    for (const id of [1, 2, 3]) call(id);
    for (const index of [2, 0, 1]) {
      held.release(index);
      await tickDone();
    }
    expect(ids(transport)).toEqual([3, 1, 2]);
  });

  it('do not hold up one that is done at once', async () => {
    const { transport, call } = connect();
    call(1);
    call(2, 'echo');
    await tickDone();
    expect(ids(transport)).toEqual([2]);
  });

  it('refuse a second call with the same id while they run, and take it again afterwards', async () => {
    const { transport, held, call } = connect();
    call(1);
    call(1);
    call('1');
    await tickDone();
    expect(codes(transport)).toEqual([-32600]);
    held.release(0);
    await tickDone();
    call(1);
    expect(held.calls.map(({ id }) => id)).toEqual([1, '1', 1]);
  });

  it('may share the id null', async () => {
    const { transport, held, call } = connect();
    call(null);
    call(null);
    held.release(0);
    held.release(1);
    await tickDone();
    expect(ids(transport)).toEqual([null, null]);
  });
});

describe('inFlight', () => {
  it('lets so many run, stops reading beyond, and reads on when all that waited has begun', async () => {
    const { transport, held, call } = connect({ inFlight: 2 });
    for (const id of [1, 2, 3, 4]) call(id);
    expect(held.calls).toHaveLength(2);
    expect(transport.log).toEqual(['pause']);
    held.release(0);
    await tickDone();
    expect(held.calls).toHaveLength(3);
    expect(transport.log.filter((line) => line === 'resume')).toHaveLength(0);
    held.release(1);
    await tickDone();
    expect(held.calls).toHaveLength(4);
    expect(transport.log.filter((line) => line === 'resume')).toHaveLength(1);
  });

  it('keeps the order of what waits, quick calls included', async () => {
    const { transport, held, call } = connect({ inFlight: 1 });
    call(1);
    call(2, 'echo');
    call(3, 'nobody');
    call(4);
    expect(transport.messages).toEqual([]);
    held.release(0);
    await tickDone();
    expect(ids(transport)).toEqual([1, 2, 3]);
    expect(held.calls.map(({ id }) => id)).toEqual([1, 4]);
  });

  it('lets a cancel through that names a call which waits', async () => {
    const { transport, held, call, receive } = connect({ inFlight: 1 });
    call(1);
    call(2);
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 2 } });
    await tickDone();
    expect(transport.messages).toMatchObject([{ id: 2, error: { code: -32800 } }]);
    held.release(0);
    await tickDone();
    expect(held.calls).toHaveLength(1);
  });

  it('reads on when the only call that waits is taken back', () => {
    const { transport, session, receive, call } = connect({ inFlight: 2 });
    for (const id of [1, 2, 3]) call(id);
    expect(session.pulse.deaf).toBe(true);
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 3 } });
    expect([session.pulse.deaf, transport.log.at(-1)]).toEqual([false, 'resume']);
  });

  it('drops what waits when the session closes', async () => {
    const { session, held, call } = connect({ inFlight: 1 });
    call(1);
    call(2);
    session.close();
    held.release(0);
    await tickDone();
    expect(held.calls).toHaveLength(1);
  });
});

describe('calls that are given up', () => {
  it('are answered at once when they are cancelled, and only then', async () => {
    const { transport, held, call, receive } = connect();
    call('a');
    receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } });
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'a' } });
    held.release(0);
    await tickDone();
    expect(codes(transport)).toEqual([-32800]);
    expect(held.calls[0]?.signal.aborted).toBe(true);
  });

  it.each([undefined, {}, { id: null }, { id: [1] }, { id: 'other' }, [1]])('are not touched by a cancel with %p', async (params) => {
    const { transport, held, call, receive } = connect();
    call(1);
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params });
    held.release(0);
    await tickDone();
    expect(transport.messages).toMatchObject([{ id: 1, result: 'done 0' }]);
  });

  it('keep their place until their handler is done', async () => {
    const { held, call, receive } = connect({ inFlight: 1 });
    call(1);
    receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
    call(2);
    expect(held.calls).toHaveLength(1);
    held.release(0);
    await tickDone();
    expect(held.calls).toHaveLength(2);
  });

  it('have their signal fired when the session ends, and are not answered', async () => {
    const { session, transport, held, call } = connect();
    call(1);
    const { signal } = held.calls[0] as RpcCall;
    session.ended(1006, '', false);
    expect(signal.reason).toMatchObject({ code: 'disconnected' });
    held.release(0);
    await tickDone();
    expect(transport.messages).toEqual([]);
  });
});

describe('a timeout', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('answers when the time is over and not before', async () => {
    const { transport, call } = connect({ timeoutMs: 1_000 });
    call(1);
    jest.advanceTimersByTime(999);
    await tickDone();
    expect(transport.messages).toEqual([]);
    jest.advanceTimersByTime(1);
    await tickDone();
    expect(transport.messages).toMatchObject([{ id: 1, error: { code: -32008, reason: 'Timeout' } }]);
  });

  it('leaves no timer behind when the handler is in time or the session ends', async () => {
    const { session, held, call } = connect({ timeoutMs: 1_000 });
    call(1);
    call(2);
    held.release(0);
    await tickDone();
    expect(jest.getTimerCount()).toBe(1);
    session.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
