import type { WireMessage } from '../support/rpc-peer.js';
import { heldCall, startConformanceNode } from './conformance-node.js';
import { answerTo, answersTo, exchange } from './exchange.js';

const INVALID = expect.objectContaining({ jsonrpc: '2.0', id: null, error: expect.objectContaining({ code: -32600 }) });

function request(id: unknown, method = 'echo', params: unknown = [id]): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

function notification(method = 'echo', params: unknown = [1]): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

function batchOf(...items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

describe('a batch', () => {
  it('that is empty is answered with one error and no array [B1 C13]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, '[]')).toEqual(INVALID);
    expect(await answerTo(peer, ' [ \n ] ')).toEqual(INVALID);
  });

  it.each([
    ['[1]', 1],
    ['[1,2,3]', 3],
    ['[null,true,"echo",{}]', 4],
  ])('%s is answered with one error for each item [B2]', async (batch, count) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answersTo(peer, batch)).toEqual(Array(count).fill(INVALID));
  });

  it.each([
    ['ends too early', `[${request(1)},${request(2)}`],
    ['has a comma too many', `[${request(1)},]`],
    ['has a broken item', `[${request(1)},{"jsonrpc":"2.0","method"]`],
    ['is followed by something', `[${request(1)}] []`],
  ])('that %s is answered with one parse error and nothing else [B3]', async (_case, batch) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, batch)).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it('is answered with one array when the last item is done [B4 B7 C11]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const batch = batchOf(request('slow', 'hold'), request('quick'), request('failing', 'boom'));
    expect(await exchange(peer, batch)).toEqual([]);
    (await heldCall(node)).release('done');
    await peer.settled();
    const answers = peer.messages.filter((message) => Array.isArray(message)).flat();
    expect(answers).toHaveLength(3);
    expect(answers).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 'slow', result: 'done' },
        { jsonrpc: '2.0', id: 'quick', result: ['quick'] },
        expect.objectContaining({ id: 'failing', error: expect.objectContaining({ code: -32603 }) }),
      ]),
    );
  });

  it('that waits for a slow item holds up neither later frames nor other batches [B7]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(batchOf(request('slow', 'hold'), request('quick')));
    expect(await peer.result('echo', [1])).toEqual([1]);
    expect(await answersTo(peer, batchOf(request('other')))).toEqual([{ jsonrpc: '2.0', id: 'other', result: ['other'] }]);
  });

  it('that holds only notifications is not answered [B5 C12]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const batch = batchOf(notification(), notification('no.such.method'), notification('boom'), notification('strict.subtract', {}));
    expect(await exchange(peer, batch)).toEqual([]);
  });

  it('that holds only answers and notifications is not answered [B5 S8]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const batch = batchOf(
      '{"jsonrpc":"2.0","id":1,"result":1}',
      notification(),
      '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}',
    );
    expect(await exchange(peer, batch)).toEqual([]);
  });

  it('treats each item as if it had come alone [B6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const items = [
      request(1),
      '{"foo":"boo"}',
      request('a', 'no.such.method'),
      notification(),
      request(2, 'echo', 7),
      '5',
      request(3, 'boom'),
    ];
    const answers = await answersTo(peer, batchOf(...items));
    const gist = answers.map(({ id, result, error }) => [id, result ?? error?.code]);
    expect(gist).toHaveLength(6);
    expect(gist).toEqual(
      expect.arrayContaining([
        [1, [1]],
        [null, -32600],
        ['a', -32601],
        [2, -32600],
        [3, -32603],
      ]),
    );
  });

  it('answers each of two items with the same id [B8 S1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const answers = await answersTo(peer, batchOf(request(1), request(1), request('1')));
    expect(answers.map(({ id }) => id)).toEqual([1, 1, '1']);
  });

  it('refuses an item whose id is being served for another item [B8 C35]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(batchOf(request(1, 'hold'), request(1), request('1')));
    (await heldCall(node)).release('done');
    const [answers] = (await exchange(peer)).map((frame) => JSON.parse(frame) as WireMessage[]);
    const gist = answers?.map(({ id, result, error }) => JSON.stringify([id, result ?? error?.code])).sort();
    expect(gist).toEqual(['["1",["1"]]', '[1,"done"]', '[1,-32600]']);
  });

  it.each(['[[]]', '[[1]]', `[[${request(1)}]]`, `[[[${request(1)}]]]`])('%s holds an invalid item [B9 C14]', async (batch) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answersTo(peer, batch)).toEqual([INVALID]);
  });

  it('of 50 items is served, and one of 51 is refused as a whole [B10 C15]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const items = Array.from({ length: 51 }, (_, id) => request(id));
    expect(await answersTo(peer, batchOf(...items.slice(1)))).toHaveLength(50);
    expect(await answerTo(peer, batchOf(...items))).toMatchObject({ id: null, error: { code: -32600, data: { maxBatchItems: 50 } } });
  });

  it('is measured by the option [B10 C15]', async () => {
    await using node = await startConformanceNode({ options: { limits: { batchItems: 2 } } });
    await using peer = await node.connect();
    expect(await answersTo(peer, '[1,1]')).toHaveLength(2);
    expect(await answerTo(peer, batchOf(notification(), notification(), notification()))).toMatchObject({
      id: null,
      error: { code: -32600, data: { maxBatchItems: 2 } },
    });
  });

  it('of 10,000 items is refused with one error [B10]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, `[${'1,'.repeat(9_999)}1]`)).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it('with more items than calls may run at once is served whole [B4]', async () => {
    await using node = await startConformanceNode({ options: { limits: { inFlight: 3 } } });
    await using peer = await node.connect();
    const items = Array.from({ length: 50 }, (_, id) => request(id));
    expect((await answersTo(peer, batchOf(...items))).map(({ id }) => id)).toEqual(items.map((_, id) => id));
  });
});

describe('an id in use', () => {
  it('makes a second request with it invalid until the first is answered [C35 S1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const first = request(7, 'hold');
    expect(await exchange(peer, first)).toEqual([]);
    expect(await answerTo(peer, request(7))).toMatchObject({ id: 7, error: { code: -32600 } });
    expect(await answerTo(peer, request('7'))).toMatchObject({ id: '7', result: ['7'] });
    (await heldCall(node)).release('done');
    expect(await exchange(peer)).toEqual(['{"jsonrpc":"2.0","id":7,"result":"done"}']);
    expect(await answerTo(peer, request(7))).toMatchObject({ id: 7, result: [7] });
  });

  it('is in use in its own session only [C35]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    await using other = await node.connect();
    peer.send(request(7, 'hold'));
    await heldCall(node);
    expect(await answerTo(other, request(7))).toMatchObject({ id: 7, result: [7] });
  });

  it('may be null many times over [C35 C3]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(request(null, 'hold'));
    peer.send(request(null, 'hold'));
    (await heldCall(node, 2)).release('second');
    (await heldCall(node, 1)).release('first');
    expect(await exchange(peer)).toEqual(['{"jsonrpc":"2.0","id":null,"result":"second"}', '{"jsonrpc":"2.0","id":null,"result":"first"}']);
  });
});
