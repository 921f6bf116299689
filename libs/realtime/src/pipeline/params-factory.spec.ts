import { openSession } from '../session/open-session.fixture.js';
import type { HandlerArguments } from './params-factory.js';
import { ParamKind, RPC_PARAMS_FACTORY } from './params-factory.js';
import { RpcCall } from '../rpc/rpc-call.js';

const { session } = openSession();

function argumentsOf(params: object | undefined): HandlerArguments {
  const call = new RpcCall(session, 'm', params, '1', undefined);
  return [session, params, call, 'm'];
}

const exchange = (kind: number, member: unknown, params?: object): unknown =>
  RPC_PARAMS_FACTORY.exchangeKeyForValue(kind, member, argumentsOf(params));

describe('what parameter decorators give', () => {
  it('is the session, the params and the call', () => {
    const args = argumentsOf({ a: 1 });
    expect(RPC_PARAMS_FACTORY.exchangeKeyForValue(ParamKind.SOCKET, undefined, args)).toBe(session);
    expect(RPC_PARAMS_FACTORY.exchangeKeyForValue(ParamKind.PAYLOAD, undefined, args)).toBe(args[1]);
    expect(RPC_PARAMS_FACTORY.exchangeKeyForValue(ParamKind.CALL, undefined, args)).toBe(args[2]);
  });

  it('is a member of the params, or an element', () => {
    expect(exchange(ParamKind.PAYLOAD, 'a', { a: 0 })).toBe(0);
    expect(exchange(ParamKind.PAYLOAD, 'b', { a: 0 })).toBeUndefined();
    expect(exchange(ParamKind.PAYLOAD, '1', ['x', 'y'])).toBe('y');
    expect(exchange(ParamKind.PAYLOAD, 'a')).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('is nothing that the params inherit: %s', (member) => {
    expect(exchange(ParamKind.PAYLOAD, member, {})).toBeUndefined();
    expect(exchange(ParamKind.PAYLOAD, member, [])).toBeUndefined();
  });

  it('is a function that acknowledges', async () => {
    const args = argumentsOf({});
    const ack = RPC_PARAMS_FACTORY.exchangeKeyForValue(ParamKind.ACK, undefined, args) as (value: unknown) => void;
    ack('done');
    ack('again');
    expect(await args[2].acknowledged()).toBe('done');
  });

  it('is undefined for decorators that mean nothing here', () => {
    for (const kind of [1, 2, 4, 5, 6, 7, 999]) expect(exchange(kind, 'a', { a: 1 })).toBeUndefined();
  });
});
