import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { openSession } from '../session/open-session.fixture.js';
import { RpcCall } from '../rpc/rpc-call.js';
import { WS_RESPONSE_RESULT } from './subscribe-message.js';

describe('what a handler of a gateway returns', () => {
  it.each([
    [{ event: 'e', data: { a: 1 } }, { a: 1 }],
    [{ event: 'e', data: null }, null],
    [{ event: 'e', data: undefined }, undefined],
    [{ event: 'e', data: 0, more: 1 }, 0],
  ])('is its data, if it names an event: %p', (value, result) => {
    expect(WS_RESPONSE_RESULT.read(value)).toEqual(result);
  });

  it.each([[{ event: 'e' }], [{ data: 1 }], [{ event: 7, data: 1 }], ['event'], [null], [undefined], [[1]]])(
    'is itself otherwise: %p',
    (value) => {
      expect(WS_RESPONSE_RESULT.read(value)).toBe(value);
    },
  );
});

describe('a value before the last one', () => {
  async function pushed(item: unknown): Promise<Record<string, unknown>[]> {
    const { session, transport } = openSession();
    WS_RESPONSE_RESULT.onItem?.(item, new RpcCall(session, 'm', undefined, '1', undefined));
    await tickDone();
    return transport.messages;
  }

  it.each([
    [{ a: 1 }, { a: 1 }],
    [
      [1, 2],
      [1, 2],
    ],
    [7, [7]],
    ['text', ['text']],
    [false, [false]],
    [null, [null]],
  ])('is pushed under its event, with params that JSON-RPC allows: %p', async (data, params) => {
    expect(await pushed({ event: 'news', data })).toEqual([{ jsonrpc: '2.0', method: 'news', params }]);
  });

  it('has no params if it has no data', async () => {
    expect(await pushed({ event: 'news', data: undefined })).toEqual([{ jsonrpc: '2.0', method: 'news' }]);
  });

  it('is left out if it names no event', async () => {
    expect(await pushed({ a: 1 })).toEqual([]);
    expect(await pushed(5)).toEqual([]);
  });
});
