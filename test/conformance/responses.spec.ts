import type { WireMessage } from '../support/rpc-peer.js';
import { heldCall, startConformanceNode } from './conformance-node.js';
import { answerTo, exchange } from './exchange.js';

const FRAMES = [
  '{"jsonrpc":"2.0","method":"echo","params":[1],"id":1}',
  '{"jsonrpc":"2.0","method":"nothing","id":2}',
  '{"jsonrpc":"2.0","method":"boom","id":3}',
  '{"jsonrpc":"2.0","method":"no.such.method","id":4}',
  '{"jsonrpc":"2.0","method":"echo","params":1,"id":5}',
  '{"method":"echo","id":6}',
  'not JSON',
  '[]',
];

describe('a response', () => {
  it('comes exactly once for each request [S1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const requests = Array.from({ length: 200 }, (_, id) => `{"jsonrpc":"2.0","method":"echo","params":[${id}],"id":${id}}`);
    const received = (await exchange(peer, ...requests)).map((frame) => JSON.parse(frame) as WireMessage);
    expect(received).toEqual(requests.map((_, id) => ({ jsonrpc: '2.0', id, result: [id] })));
  });

  it.each(FRAMES)('to %s carries jsonrpc "2.0", an id, and either a result or an error [S2 S3]', async (frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const response = await answerTo(peer, frame);
    expect(response.jsonrpc).toBe('2.0');
    expect(Object.keys(response).sort()).toEqual(['id', 'jsonrpc', response.error ? 'error' : 'result'].sort());
  });

  it.each(['nothing', 'echo'])('holds null where the handler of %s returns nothing [S3 C10]', async (method) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await exchange(peer, `{"jsonrpc":"2.0","method":"${method}","id":1}`)).toEqual(['{"jsonrpc":"2.0","id":1,"result":null}']);
  });

  it.each([
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['an empty string', ''],
    ['an empty array', []],
    ['a string with a line separator', '\u2028'],
  ])('carries %s as a result like any other [S3]', async (_case, result) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const response = peer.request('hold', undefined, 1);
    (await heldCall(node)).release(result);
    expect(await response).toEqual({ jsonrpc: '2.0', id: 1, result });
  });

  it('with an error has an integer as code and one sentence as message [S5 C26]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const errors = (await exchange(peer, ...FRAMES))
      .map((frame) => (JSON.parse(frame) as WireMessage).error)
      .filter((error) => error !== undefined);
    expect(errors).toHaveLength(6);
    for (const error of errors) {
      expect(Number.isInteger(error.code)).toBe(true);
      expect(error.message).toMatch(/^[A-Z][^\n]+$/);
      expect(error.reason).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(['code', 'message', 'reason', 'data']).toEqual(expect.arrayContaining(Object.keys(error)));
    }
  });

  it('says with its code what was wrong [S6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = ['{', '{}', '{"jsonrpc":"2.0","method":"x","id":1}', '{"jsonrpc":"2.0","method":"strict.subtract","params":{},"id":2}'];
    const received = await exchange(peer, ...frames, '{"jsonrpc":"2.0","method":"boom","id":3}');
    const codes = received.map((frame) => (JSON.parse(frame) as WireMessage).error?.code).sort();
    expect(codes).toEqual([-32600, -32601, -32602, -32603, -32700]);
  });

  it('of a slow handler does not hold up those of other calls [B7]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const slow = peer.request('hold', undefined, 'slow');
    expect(await peer.result('echo', ['quick'])).toEqual(['quick']);
    (await heldCall(node)).release('done');
    expect(await slow).toMatchObject({ id: 'slow', result: 'done' });
  });
});
