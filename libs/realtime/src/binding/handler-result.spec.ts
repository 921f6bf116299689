import { EMPTY, NEVER, Observable, Subject, of, throwError } from 'rxjs';
import { openSession } from '../session/open-session.fixture.js';
import { PLAIN_RESULT, settleResult } from './handler-result.js';
import { CallAbortedError, RpcCall } from '../rpc/rpc-call.js';

function newCall(): RpcCall {
  return new RpcCall(openSession().session, 'm', undefined, '1', undefined);
}

const settle = (returned: unknown, call = newCall()): unknown => settleResult(returned, call, PLAIN_RESULT);

describe('settleResult', () => {
  it('gives what is there at once back at once', () => {
    const object = { a: 1 };
    expect([settle(1), settle(null), settle(undefined), settle(''), settle(object)]).toEqual([1, null, undefined, '', object]);
  });

  it('waits for promises and for the last value of an Observable', async () => {
    expect(await settle(Promise.resolve(1))).toBe(1);
    expect(await settle(of(1, 2, 3))).toBe(3);
    expect(await settle(Promise.resolve(of(1, 2)))).toBe(2);
    expect(await settle(EMPTY)).toBeUndefined();
  });

  it('fails as what was returned fails', async () => {
    const fault = new Error('fault');
    await expect(settle(Promise.reject(fault))).rejects.toBe(fault);
    await expect(settle(throwError(() => fault))).rejects.toBe(fault);
  });

  it('fails with what the reading of the last value throws, and throws nothing into the stream', async () => {
    const fault = new Error('cannot be read');
    const read = (): never => {
      throw fault;
    };
    await expect(settleResult(of(1), newCall(), { read })).rejects.toBe(fault);
  });

  it('reads the value in the way of the handler’s style, and shows the items before it', async () => {
    const items: unknown[] = [];
    const reading = { read: (value: unknown) => ['read', value], onItem: (item: unknown) => items.push(item) };
    const call = newCall();
    expect(await settleResult(of(1, 2, 3), call, { ...reading, onItem: (item) => void reading.onItem(item) })).toEqual(['read', 3]);
    expect(items).toEqual([1, 2]);
    expect(settleResult('value', call, PLAIN_RESULT)).toBe('value');
    expect(settleResult('value', call, { read: reading.read })).toEqual(['read', 'value']);
  });

  it('fails and unsubscribes when an item cannot be shown', async () => {
    let closed = false;
    const source = new Observable((subscriber) => {
      subscriber.next(1);
      subscriber.next(2);
      return () => (closed = true);
    });
    const fault = new Error('cannot be shown');
    const failing = (): never => {
      throw fault;
    };
    await expect(settleResult(source, newCall(), { read: PLAIN_RESULT.read, onItem: failing })).rejects.toBe(fault);
    expect(closed).toBe(true);
  });

  it.each(['cancelled', 'timed-out', 'disconnected', 'draining'] as const)('unsubscribes when the call is %s', async (reason) => {
    let closed = false;
    const call = newCall();
    const settled = settle(new Observable(() => () => (closed = true)), call);
    call.abort(reason);
    await expect(settled).rejects.toEqual(new CallAbortedError(reason));
    expect(closed).toBe(true);
  });

  it('does not begin with an Observable of a call that was given up before', async () => {
    const call = newCall();
    call.abort('cancelled');
    await expect(settle(NEVER, call)).rejects.toEqual(new CallAbortedError('cancelled'));
  });

  it('ends with its Observable, whatever happens to the call later', async () => {
    const call = newCall();
    const subject = new Subject<number>();
    const settled = settle(subject, call);
    subject.next(1);
    subject.complete();
    call.abort('disconnected');
    expect(await settled).toBe(1);
    expect(subject.observed).toBe(false);
  });
});
