import { once } from 'node:events';
import WebSocket from 'ws';
import { RpcPeer } from '../support/rpc-peer.js';
import { startConformanceNode } from './conformance-node.js';
import { answerTo, exchange } from './exchange.js';

/** A request whose frame has exactly so many bytes. */
function requestOf(bytes: number, pad = 'x'): string {
  const head = '{"jsonrpc":"2.0","id":1,"method":"echo","params":["';
  const room = bytes - head.length - 3;
  const padBytes = Buffer.byteLength(pad);
  return `${head}${pad.repeat(Math.floor(room / padBytes))}${'x'.repeat(room % padBytes)}"]}`;
}

describe('a frame', () => {
  it.each([
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"echo"}', 1],
    ['a notification', '{"jsonrpc":"2.0","method":"echo"}', 0],
    ['a response', '{"jsonrpc":"2.0","id":1,"result":1}', 0],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"echo"}]', 1],
  ])('may hold %s [C1]', async (_kind, frame, answers) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await exchange(peer, frame)).toHaveLength(answers);
  });

  it('holds one value and not several lines of them [C1 C8]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const request = '{"jsonrpc":"2.0","id":1,"method":"echo"}';
    expect(await answerTo(peer, `${request}\n${request}`)).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it('may come in fragments, cut within a character [C1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"echo","params":["ü😀"]}');
    const cuts = [0, 1, bytes.length - 6, bytes.length - 4, bytes.length];
    for (let i = 1; i < cuts.length; i++) {
      peer.socket.send(bytes.subarray(cuts[i - 1], cuts[i]), { binary: false, fin: i === cuts.length - 1 });
    }
    expect(await peer.response(1)).toMatchObject({ result: ['ü😀'] });
  });

  it.each(['{"jsonrpc":"2.0","id":1,"method":"echo"}', ''])('that is binary (%j) closes with 1003 [C25]', async (text) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    await using bystander = await node.connect();
    peer.socket.send(Buffer.from(text), { binary: true });
    expect(await peer.closed).toMatchObject({ code: 1003 });
    expect(peer.frames).toEqual([]);
    expect(await bystander.result('echo', [1])).toEqual([1]);
  });

  it.each([
    ['a byte that never occurs', [0x22, 0xff, 0x22]],
    ['half a character', [0x22, 0xc3, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('that is not UTF-8, with %s, closes with 1007 [C36]', async (_case, bytes) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    peer.socket.send(Buffer.from(bytes), { binary: false });
    expect(await peer.closed).toMatchObject({ code: 1007 });
    expect(peer.frames).toEqual([]);
  });

  it('of 64 KiB is served, one byte more closes with 1009 [C37]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, requestOf(65_536))).toMatchObject({ id: 1, result: [expect.any(String)] });
    peer.send(requestOf(65_537));
    expect(await peer.closed).toMatchObject({ code: 1009 });
  });

  it('is measured in bytes, not in characters [C37]', async () => {
    await using node = await startConformanceNode({ options: { limits: { frameBytes: 1_000 } } });
    await using peer = await node.connect();
    expect(await answerTo(peer, requestOf(1_000, '€'))).toMatchObject({ id: 1 });
    peer.send(requestOf(1_002, '€'));
    expect(await peer.closed).toMatchObject({ code: 1009 });
  });

  it('is measured as a whole, fragments included [C37]', async () => {
    await using node = await startConformanceNode({ options: { limits: { frameBytes: 1_000 } } });
    await using peer = await node.connect();
    for (let i = 0; i < 11; i++) peer.socket.send('x'.repeat(100), { fin: i === 10 });
    expect(await peer.closed).toMatchObject({ code: 1009 });
  });
});

describe('the subprotocol', () => {
  it.each<[string, string[], string]>([
    ['jsonrpc alone', ['jsonrpc'], 'jsonrpc'],
    ['jsonrpc among others', ['graphql-ws', 'jsonrpc', 'x'], 'jsonrpc'],
    ['jsonrpc.batch alone', ['jsonrpc.batch'], 'jsonrpc.batch'],
    ['jsonrpc.batch before jsonrpc', ['x', 'jsonrpc.batch', 'jsonrpc'], 'jsonrpc.batch'],
    ['jsonrpc.batch behind jsonrpc', ['jsonrpc', 'jsonrpc.batch'], 'jsonrpc'],
  ])('offered as %s is echoed, the first that we know [C24]', async (_case, protocols, chosen) => {
    await using node = await startConformanceNode();
    await using peer = await RpcPeer.connect(node.url(), { protocols });
    expect(peer.socket.protocol).toBe(chosen);
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it('is none when the client offers none [C24]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(peer.socket.protocol).toBe('');
  });

  it.each([['JSONRPC'], ['json-rpc'], ['jsonrpc2', 'graphql-ws'], ['jsonrpc.Batch']])(
    'is never invented: an offer of %s gets no answer [C24]',
    async (...protocols) => {
      await using node = await startConformanceNode();
      const socket = new WebSocket(node.url(), protocols);
      const upgraded = once(socket, 'upgrade') as Promise<[{ headers: Record<string, string> }]>;
      socket.on('error', () => undefined);
      const [{ headers }] = await upgraded;
      expect(headers).not.toHaveProperty('sec-websocket-protocol');
      // A client that insists on a subprotocol gives up by itself.
      await once(socket, 'close');
    },
  );
});
