import type { RpcCall } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { RawPeer } from './raw-peer.js';
import { WriteCounter } from './write-counter.js';

@RpcGateway()
class TalkGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  now(params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  async soon(params: unknown): Promise<unknown> {
    await Promise.resolve();
    return params;
  }

  /** Pushes to everybody, to its caller, and answers: all in one tick. */
  @RpcMethod()
  async talk(_params: unknown, { session }: RpcCall): Promise<string> {
    for (let i = 0; i < 5; i++) await this.hub.broadcast('all', { i });
    session.push('own');
    return 'talked';
  }

  @RpcMethod()
  fail(): never {
    throw new Error('expected by the test');
  }
}

const start = (writes: WriteCounter): Promise<RunningNode> =>
  startNode({ providers: [TalkGateway], configure: writes.watch, options: { defaultTopicPolicy: 'allow' } });

const request = (method: string, id: number): unknown => ({ jsonrpc: '2.0', id, method, params: [id] });
const range = (count: number): number[] => [...Array(count).keys()];

describe('one write', () => {
  it.each(['now', 'soon', 'heartbeat', 'fail', 'unknown'])('holds the replies to 16 pipelined calls of %s', async (method) => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using peer = await RawPeer.connect(node.port);
    await peer.request('now');
    writes.reset();
    peer.send(...range(16).map((id) => request(method, id)));
    await Promise.all(range(16).map((id) => peer.response(id)));
    expect(writes.perSocket).toEqual([1]);
  });

  it('holds replies that are there at once and replies that take a promise or two', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using peer = await RawPeer.connect(node.port);
    await peer.request('now');
    writes.reset();
    peer.send(...range(16).map((id) => request(['now', 'soon', 'unknown', 'heartbeat'][id % 4] ?? '', id)));
    await Promise.all(range(16).map((id) => peer.response(id)));
    expect(writes.perSocket).toEqual([1]);
  });

  it('holds the pushes of a handler and its reply, in order; others get their pushes in one write too', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using caller = await RawPeer.connect(node.port);
    await using other = await RawPeer.connect(node.port);
    await Promise.all([caller.request('now'), other.request('now')]);
    writes.reset();
    caller.send(request('talk', 1));
    await caller.response(1);
    expect(writes.perSocket).toEqual([1, 1]);
    expect(caller.messages.slice(1).map(({ method, result }) => method ?? result)).toEqual([
      'all',
      'all',
      'all',
      'all',
      'all',
      'own',
      'talked',
    ]);
  });

  it('holds all pushes of one tick to a topic, for each receiver', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    const peers = await Promise.all(range(5).map(() => RawPeer.connect(node.port)));
    await Promise.all(peers.map((peer) => peer.request('subscribe', { topics: ['t'] })));
    writes.reset();
    await Promise.all(range(20).map((n) => node.hub.pushToTopic('t', 'n', { n })));
    await Promise.all(peers.map((peer) => peer.request('now')));
    // One for the pushes, one for the fence.
    expect(writes.perSocket).toEqual(peers.map(() => 2));
    for (const peer of peers) expect(peer.messages.filter(({ topic }) => topic === 't').length).toBe(20);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('holds large pushes of one tick too', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using peer = await RawPeer.connect(node.port);
    await peer.request('now');
    writes.reset();
    await Promise.all(range(5).map((n) => node.hub.broadcast('n', { n, pad: 'x'.repeat(100_000) })));
    await peer.request('now');
    expect(writes.perSocket).toEqual([2]);
  });

  it('holds what was queued before a goodbye', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using peer = await RawPeer.connect(node.port);
    await peer.request('now');
    const [session] = node.hub.find({ kind: 'all' });
    for (const n of range(10)) session?.push('n', { n });
    writes.reset();
    session?.close();
    await eventually(() => expect(peer.closeCode).toBe(1000));
    expect(peer.messages.slice(1).map(({ params }) => (params as { n: number }).n)).toEqual(range(10));
    // All frames in one, the goodbye behind them.
    expect(writes.perSocket).toEqual([2]);
  });
});
