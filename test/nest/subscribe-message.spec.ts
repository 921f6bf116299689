/** Gateways that a team has already: their messages are RPC methods, and what they return is the answer. */
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { EventsGateway, closed } from './events.gateway.js';

describe('a handler with @SubscribeMessage', () => {
  let node: RunningNode;
  let peer: RpcPeer;

  beforeEach(async () => {
    node = await startNode({ providers: [EventsGateway] });
    peer = await node.connect();
  });

  afterEach(async () => {
    await peer[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
  });

  it('gets client and data if nothing is decorated, and what is decorated otherwise', async () => {
    expect(await peer.result('undecorated', { a: 1 })).toEqual({ isSession: true, data: { a: 1 }, count: 2 });
    expect(await peer.result('decorated', { id: '7' })).toEqual({ id: 7, isSession: true });
  });

  const results: [string, unknown, unknown][] = [
    ['value', undefined, 42],
    ['nothing', undefined, null],
    ['promise', { a: 1 }, { a: 1 }],
    ['response', { a: 1 }, { a: 1 }],
    ['response.later', [1, 2], [1, 2]],
    ['response.empty', undefined, null],
    ['lookalike', undefined, { event: 7, data: 'not a response' }],
    ['stream.values', undefined, 3],
    ['stream.empty', undefined, null],
    ['ack', { a: 1 }, { acknowledged: { a: 1 } }],
    ['ack.at.once', undefined, 'first'],
    ['guarded', { pass: true }, 'passed'],
    ['piped', { n: 21 }, 42],
    ['intercepted', undefined, { wrapped: 'inner' }],
  ];

  it.each(results)('that is called as %s answers with what it means', async (method, params, result) => {
    expect(await peer.result(method, params)).toEqual(result);
    expect(peer.frames).toHaveLength(1);
  });

  it('answers with the last value of a stream and pushes those before, named by their event, in order', async () => {
    const response = await peer.request('stream', undefined, 's');
    expect(response.result).toBe(3);
    expect(peer.messages).toEqual([
      { jsonrpc: '2.0', method: 'events', params: [1] },
      { jsonrpc: '2.0', method: 'events', params: [2] },
      { jsonrpc: '2.0', id: 's', result: 3 },
    ]);
  });

  it('pushes what comes late as well', async () => {
    expect((await peer.request('stream.later', undefined, 's')).result).toEqual({ n: 3 });
    expect(peer.messages).toEqual([
      { jsonrpc: '2.0', method: 'a', params: { n: 1 } },
      { jsonrpc: '2.0', method: 'b', params: [2] },
      { jsonrpc: '2.0', id: 's', result: { n: 3 } },
    ]);
  });

  it('answers with the error of a stream, after what came before it', async () => {
    expect((await peer.request('stream.fails')).error).toMatchObject({ code: -32004, message: 'end' });
    expect(peer.pushes.map(({ params }) => params)).toEqual([[1]]);
  });

  it('fails alone when a value of its stream cannot be written as JSON', async () => {
    await using other = await node.connect();
    closed.length = 0;
    expect((await peer.request('stream.broken')).error).toMatchObject({ code: -32603, reason: 'InternalError' });
    expect(closed).toEqual(['broken']);
    expect(await peer.result('value')).toBe(42);
    expect(await other.result('value')).toBe(42);
  });

  it('has its stream closed when the call is cancelled or the peer leaves', async () => {
    closed.length = 0;
    peer.send({ jsonrpc: '2.0', id: 1, method: 'stream.endless' });
    expect((await peer.push('tick')).params).toEqual({ n: 1 });
    peer.notify('$/cancelRequest', { id: 1 });
    expect((await peer.response(1)).error?.code).toBe(-32800);
    expect(closed).toEqual(['endless']);
    peer.send({ jsonrpc: '2.0', id: 2, method: 'stream.endless' });
    await peer.settled();
    peer.socket.terminate();
    await eventually(() => expect(closed).toEqual(['endless', 'endless']));
  });

  it('answers errors as errors', async () => {
    expect((await peer.request('throws')).error).toMatchObject({ message: 'no' });
    expect((await peer.request('guarded', { pass: false })).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
    expect((await peer.request('filtered')).error).toMatchObject({ code: -32009, message: 'twice in filtered' });
    expect((await peer.request('decorated', { id: 'x' })).error).toMatchObject({ code: -32602 });
  });

  it('is not answered when it is notified, and pushes its stream all the same', async () => {
    peer.notify('stream');
    peer.notify('throws');
    await peer.settled();
    expect(peer.pushes.map(({ params }) => params).slice(0, 2)).toEqual([[1], [2]]);
    expect(peer.messages.filter((message) => message.method === undefined)).toHaveLength(1);
  });
});
