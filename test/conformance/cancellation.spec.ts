import type { RpcPeer } from '../support/rpc-peer.js';
import { heldCall, startConformanceNode } from './conformance-node.js';
import { exchange } from './exchange.js';

const DIALECTS = [
  ['$/cancelRequest', 'id'],
  ['notifications/cancelled', 'requestId'],
] as const;

function holdRequest(idText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"method":"hold"}`;
}

function cancel(method: string, member: string, idText: string): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":{"${member}":${idText}}}`;
}

/** What came back for a cancelled request, as the text of the id and the code. */
async function cancelled(peer: RpcPeer, ...frames: readonly string[]): Promise<string[]> {
  const answers = await exchange(peer, ...frames);
  return answers.map((text) => text.replace(/^{"jsonrpc":"2.0","id":(.*),"error":{"code":(-\d+),.*$/, '$1 $2'));
}

describe.each(DIALECTS)('%s', (method, member) => {
  it.each(['1', '0', '-1', '""', '"a"', '"1"'])(
    'answers the request with id %s with -32800 and fires its signal [C33 C34 C4]',
    async (idText) => {
      await using node = await startConformanceNode();
      await using peer = await node.connect();
      peer.send(holdRequest(idText));
      const { call } = await heldCall(node);
      const { signal } = call;
      expect(signal.aborted).toBe(false);
      expect(await cancelled(peer, cancel(method, member, idText))).toEqual([`${idText} -32800`]);
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toMatchObject({ code: 'cancelled' });
    },
  );

  it.each(['1.5', '1.0', '1e2', '12345678901234567890'])('finds the id %s by its characters [C33 C34 C2]', async (idText) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest(idText));
    await heldCall(node);
    expect(await cancelled(peer, cancel(method, member, idText))).toEqual([`${idText} -32800`]);
  });

  it('never takes a rounded number for the id of another request [C33 C34 C2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('12345678901234567000'));
    await heldCall(node);
    expect(await exchange(peer, cancel(method, member, '12345678901234567890'))).toEqual([]);
  });

  it('takes 1 and "1" for two ids [C33 C34 C5]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('1'));
    peer.send(holdRequest('"1"'));
    await heldCall(node, 2);
    expect(await cancelled(peer, cancel(method, member, '"1"'))).toEqual(['"1" -32800']);
    expect(await cancelled(peer, cancel(method, member, '1'))).toEqual(['1 -32800']);
  });

  it('answers once: neither the handler nor a second cancellation adds anything [C33 C34 S1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('1'));
    const held = await heldCall(node);
    const twice = [cancel(method, member, '1'), cancel(method, member, '1')];
    expect(await cancelled(peer, ...twice)).toEqual(['1 -32800']);
    held.release('late');
    expect(await exchange(peer)).toEqual([]);
  });

  it('leaves the id free for another request, although the handler has not noticed yet [C33 C34 C35]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('1'));
    const held = await heldCall(node);
    expect(await cancelled(peer, cancel(method, member, '1'))).toEqual(['1 -32800']);
    peer.send(holdRequest('1'));
    const again = await heldCall(node, 2);
    held.release('late');
    again.release('done');
    expect(await exchange(peer)).toEqual(['{"jsonrpc":"2.0","id":1,"result":"done"}']);
  });

  it('is ignored when the handler has answered before [C33 C34]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const echo = '{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}';
    const frames = await exchange(peer, echo, cancel(method, member, '1'));
    expect(frames).toEqual(['{"jsonrpc":"2.0","id":1,"result":[1]}']);
  });

  it.each(['2', '"1"', 'null', 'true', '[1]', '{"id":1}'])('with the unknown id %s is ignored [C33 C34]', async (idText) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('1'));
    const { call, release } = await heldCall(node);
    expect(await exchange(peer, cancel(method, member, idText))).toEqual([]);
    expect(call.signal.aborted).toBe(false);
    release('undisturbed');
    expect(await exchange(peer)).toEqual(['{"jsonrpc":"2.0","id":1,"result":"undisturbed"}']);
  });

  it.each(['', ',"params":[1]', ',"params":{}', ',"params":{"Id":1,"requestid":1}'])(
    'without an id (%j) is ignored [C33 C34]',
    async (params) => {
      await using node = await startConformanceNode();
      await using peer = await node.connect();
      peer.send(holdRequest('1'));
      await heldCall(node);
      expect(await exchange(peer, `{"jsonrpc":"2.0","method":"${method}"${params}}`)).toEqual([]);
    },
  );

  it('never reaches the call of another session [C33 C34]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    await using other = await node.connect();
    peer.send(holdRequest('1'));
    const { call, release } = await heldCall(node);
    expect(await exchange(other, cancel(method, member, '1'))).toEqual([]);
    expect(call.signal.aborted).toBe(false);
    release('mine');
    expect(await exchange(peer)).toEqual(['{"jsonrpc":"2.0","id":1,"result":"mine"}']);
  });

  it('takes an item out of a batch, whose answer then comes with -32800 in it [C33 C34 B4]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(`[${holdRequest('1')},{"jsonrpc":"2.0","id":2,"method":"echo","params":[2]}]`);
    await heldCall(node);
    const [answer] = (await exchange(peer, cancel(method, member, '1'))).map((text) => JSON.parse(text) as unknown);
    expect(answer).toHaveLength(2);
    expect(answer).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 2, result: [2] },
        { jsonrpc: '2.0', id: 1, error: { code: -32800, reason: 'RequestCancelled', message: expect.any(String) } },
      ]),
    );
  });

  it('inside a batch works and adds nothing to its answer [C33 C34 N1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.send(holdRequest('1'));
    await heldCall(node);
    expect(await cancelled(peer, `[${cancel(method, member, '1')}]`)).toEqual(['1 -32800']);
  });

  it('takes back a request that waits for a free place [C33 C34]', async () => {
    await using node = await startConformanceNode({ options: { limits: { inFlight: 1 } } });
    await using peer = await node.connect();
    peer.send(`[${holdRequest('"running"')},${holdRequest('"waiting"')},${cancel(method, member, '"waiting"')}]`);
    (await heldCall(node)).release('done');
    const [answer] = (await exchange(peer)).map((text) => JSON.parse(text) as unknown);
    expect(answer).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 'running', result: 'done' },
        expect.objectContaining({ id: 'waiting', error: expect.objectContaining({ code: -32800 }) }),
      ]),
    );
  });
});
