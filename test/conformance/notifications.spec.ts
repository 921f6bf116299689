import { heldCall, startConformanceNode } from './conformance-node.js';
import { ExampleGateway } from './conformance.gateway.js';
import { answerTo, exchange } from './exchange.js';

const SILENT = [
  ['calls a method', '{"jsonrpc":"2.0","method":"echo","params":[1]}'],
  ['calls an unknown method', '{"jsonrpc":"2.0","method":"no.such.method"}'],
  ['calls a method of the protocol', '{"jsonrpc":"2.0","method":"rpc.discover"}'],
  ['calls an unknown method of the $/ family', '{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off"}}'],
  ['has params that a DTO refuses', '{"jsonrpc":"2.0","method":"strict.subtract","params":{"minuend":"x"}}'],
  ['has primitive params', '{"jsonrpc":"2.0","method":"echo","params":"bar"}'],
  ['has null as params', '{"jsonrpc":"2.0","method":"echo","params":null}'],
  ['has params with __proto__', '{"jsonrpc":"2.0","method":"echo","params":{"__proto__":{"a":1}}}'],
  ['makes its handler throw', '{"jsonrpc":"2.0","method":"boom"}'],
] as const;

describe('a notification', () => {
  it.each(SILENT)('that %s is not answered [N1 C6]', async (_case, frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await exchange(peer, frame)).toEqual([]);
  });

  it('is not answered inside a batch either [N1 C6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const request = '{"jsonrpc":"2.0","method":"echo","params":[1],"id":1}';
    const batch = `[${[...SILENT.map(([, frame]) => frame), request].join(',')}]`;
    expect(await exchange(peer, batch)).toEqual(['[{"jsonrpc":"2.0","id":1,"result":[1]}]']);
  });

  it('is served: its handler runs and knows what it serves [N1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.notify('update', [1, 2]);
    peer.notify('hold');
    await peer.settled();
    expect(node.app.get(ExampleGateway).noticed).toEqual([[1, 2]]);
    expect((await heldCall(node)).call).toMatchObject({ id: undefined, isNotification: true });
  });

  it('is not answered when its handler fails later [N1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.notify('hold');
    await peer.settled();
    (await heldCall(node)).fail(new Error('too late'));
    expect(await exchange(peer)).toEqual([]);
  });
});

describe('a value without an id that is no notification', () => {
  it.each([
    '{"method":1}',
    '{"jsonrpc":"2.0","method":1,"params":"bar"}',
    '{"jsonrpc":"2.0"}',
    '{"method":"echo"}',
    '{"jsonrpc":"1.0","method":"echo"}',
    '{}',
    '{"foo":"boo"}',
  ])('%s is answered with -32600 and id null [N2 C7]', async (frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } });
  });

  it.each(['1', '0', '-1.5', 'true', 'false', 'null', '"echo"', '""'])('%s is answered with -32600 and id null [C7]', async (frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } });
  });
});

describe('text that is not JSON', () => {
  it.each([
    '',
    ' ',
    '{',
    '}',
    '[',
    '{"jsonrpc":"2.0","method":"echo","id":1',
    'undefined',
    'NaN',
    "{'a':1}",
    '{"a":1,}',
    '\ufeff{}',
    '{} {}',
    '01',
  ])('%j is answered with -32700 and id null, and the session stays open [C8 S6]', async (text) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32700, reason: 'ParseError' } });
    expect(await peer.result('echo', [1])).toEqual([1]);
  });
});
