import { openSession } from '../session/open-session.fixture.js';
import { CallAbortedError, RpcCall } from './rpc-call.js';

const { session } = openSession({}, { headers: { 'x-tenant': 'acme' } });

const callWith = (idText: string | undefined, deadlineAtMs?: number): RpcCall => new RpcCall(session, 'm', { a: 1 }, idText, deadlineAtMs);

describe('a call', () => {
  it.each([
    ['1', 1],
    ['"1"', '1'],
    ['0', 0],
    ['-7', -7],
    ['1.5', 1.5],
    ['""', ''],
    ['"a\\"b"', 'a"b'],
    ['null', null],
    ['12345678901234567890', '12345678901234567890'],
    ['7.0', '7.0'],
    ['1e3', '1e3'],
  ])('with the id %s gives it as %p', (idText, id) => {
    const call = callWith(idText);
    expect(call.id).toBe(id);
    expect(call.isNotification).toBe(false);
  });

  it('without an id is a notification', () => {
    expect(callWith(undefined).id).toBeUndefined();
    expect(callWith(undefined).isNotification).toBe(true);
  });

  it('has a deadline only if it can time out', () => {
    expect(callWith('1').deadline).toBeUndefined();
    expect(callWith('1', 86_400_000).deadline).toEqual(new Date('1970-01-02T00:00:00Z'));
  });

  it('shows the handshake and the headers of its session', () => {
    expect(callWith('1').handshake).toBe(session.handshake);
    expect(callWith('1').headers).toEqual({ 'x-tenant': 'acme' });
  });
});

describe('the signal', () => {
  it('fires once, with the first reason', () => {
    const call = callWith('1');
    const reasons: unknown[] = [];
    call.signal.addEventListener('abort', () => reasons.push((call.signal.reason as CallAbortedError).code));
    call.abort('timed-out');
    call.abort('disconnected');
    expect(reasons).toEqual(['timed-out']);
    expect(call.signal.reason).toBeInstanceOf(CallAbortedError);
  });

  it('has fired already for those who look late', () => {
    const call = callWith('1');
    call.abort('draining');
    expect(call.signal.aborted).toBe(true);
    expect(call.signal.reason).toEqual(new CallAbortedError('draining'));
    expect(call.signal).toBe(call.signal);
  });

  it('tells listeners of the library, late ones at once and those that left not at all', () => {
    const call = callWith('1');
    const told: string[] = [];
    call.onAbort((reason) => told.push(`one ${reason}`));
    const leave = call.onAbort((reason) => told.push(`two ${reason}`));
    leave();
    call.abort('cancelled');
    call.onAbort((reason) => told.push(`late ${reason}`));
    leave();
    expect(told).toEqual(['one cancelled', 'late cancelled']);
  });
});

describe('around the reply', () => {
  it('runs what settles before it and what follows after it, in order', () => {
    const call = callWith('1');
    const order: number[] = [];
    expect(call.settlesWithReply).toBe(false);
    for (const n of [1, 2]) call.beforeReply(() => order.push(n));
    for (const n of [3, 4]) call.afterReply(() => order.push(n));
    expect(call.settlesWithReply).toBe(true);
    call.runBeforeReply();
    call.runAfterReply();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('waits for the first acknowledgement, early or late', async () => {
    const early = callWith('1');
    early.acknowledge('first');
    early.acknowledge('second');
    expect(await early.acknowledged()).toBe('first');
    const late = callWith('2');
    const waiting = late.acknowledged();
    late.acknowledge(undefined);
    expect(await waiting).toBeUndefined();
  });
});

describe('errorFor', () => {
  it.each([
    ['cancelled', -32800],
    ['timed-out', -32008],
    ['disconnected', -32053],
    ['draining', -32053],
  ] as const)('answers a call that was %s with %p', (reason, code) => {
    expect(RpcCall.errorFor(reason).code).toBe(code);
  });
});
