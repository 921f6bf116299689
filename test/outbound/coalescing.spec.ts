import type { RealtimeOptions, RpcCall } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import type { WireMessage } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { eventually } from '../support/eventually.js';

@RpcGateway()
class TalkGateway {
  constructor(private readonly hub: HubService) {}

  /** Pushes to everybody and to its caller, and answers: all in one tick. */
  @RpcMethod()
  async talk({ count }: { count: number }, { session }: RpcCall): Promise<string> {
    for (let n = 0; n < count; n++) await this.hub.broadcast('all', { n });
    session.push('own');
    return 'talked';
  }

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  /** Asks the caller back. */
  @RpcMethod()
  async ask(_params: unknown, { session }: RpcCall): Promise<unknown> {
    session.push('first');
    return session.call('question');
  }
}

const start = (options: RealtimeOptions = {}): Promise<RunningNode> => startNode({ providers: [TalkGateway], options });
const connect = (node: RunningNode, ...protocols: string[]): Promise<RpcPeer> => RpcPeer.connect(node.url(), { protocols });

/** What a frame says: the methods of pushes and the ids of replies; those of an array in a list. */
function said(frame: string): unknown {
  const name = ({ method, id }: WireMessage): unknown => method ?? id;
  const parsed = JSON.parse(frame) as WireMessage | WireMessage[];
  return Array.isArray(parsed) ? parsed.map(name) : name(parsed);
}

async function saidTo(peer: RpcPeer, frames: number): Promise<unknown[]> {
  await eventually(() => expect(peer.frames.length).toBe(frames));
  return peer.frames.map(said);
}

describe('a peer that offers jsonrpc.batch', () => {
  it('gets the pushes and replies of one tick in one frame, in order', async () => {
    await using node = await start();
    await using peer = await connect(node, 'jsonrpc.batch');
    expect(peer.socket.protocol).toBe('jsonrpc.batch');
    peer.send({ jsonrpc: '2.0', id: 1, method: 'talk', params: { count: 3 } });
    expect(await saidTo(peer, 1)).toEqual([['all', 'all', 'all', 'own', 1]]);
  });

  it('gets a single message bare', async () => {
    await using node = await start();
    await using peer = await connect(node, 'jsonrpc.batch');
    await peer.request('echo', { n: 1 });
    await node.hub.broadcast('one');
    expect(await saidTo(peer, 2)).toEqual(['r1', 'one']);
  });

  it('gets the answer to a batch of its own as an array of exactly that', async () => {
    await using node = await start();
    await using peer = await connect(node, 'jsonrpc.batch');
    const call = (id: number, method: string): object => ({ jsonrpc: '2.0', id, method, params: { count: 2 } });
    peer.send([call(1, 'echo'), call(2, 'talk')]);
    expect(await saidTo(peer, 2)).toEqual([
      ['all', 'all', 'own'],
      [1, 2],
    ]);
  });

  it('gets requests of the server too', async () => {
    await using node = await start();
    await using peer = await connect(node, 'jsonrpc.batch');
    peer.send({ jsonrpc: '2.0', id: 'a', method: 'ask' });
    expect(await saidTo(peer, 1)).toEqual([['first', 'question']]);
  });

  it('gets the same as others who are owed the same, each in the way that was agreed on', async () => {
    await using node = await start();
    const batching = await Promise.all(Array.from({ length: 5 }, () => connect(node, 'jsonrpc.batch')));
    const others = await Promise.all([connect(node), connect(node, 'jsonrpc')]);
    await Promise.all(Array.from({ length: 10 }, (_, n) => node.hub.broadcast('n', { n })));
    for (const peer of batching) expect(await saidTo(peer, 1)).toEqual([Array<string>(10).fill('n')]);
    for (const peer of others) expect(await saidTo(peer, 10)).toEqual(Array<string>(10).fill('n'));
    expect(JSON.parse(batching[0]?.frames[0] ?? '')).toEqual(others[0]?.messages);
    await Promise.all([...batching, ...others].map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('gets frames of at most 64 kB', async () => {
    await using node = await start();
    await using peer = await connect(node, 'jsonrpc.batch');
    await Promise.all(Array.from({ length: 500 }, (_, n) => node.hub.broadcast('n', { n, pad: 'x'.repeat(1000) })));
    await eventually(() => expect(peer.frames.flatMap((frame) => JSON.parse(frame) as unknown[]).length).toBe(500));
    expect(Math.max(...peer.frames.map((frame) => frame.length))).toBeLessThanOrEqual(64 * 1024);
    expect(peer.frames.length).toBeLessThan(10);
  });

  it('may have it compressed too: what is large is compressed by itself', async () => {
    await using node = await start({ compression: true });
    await using peer = await RpcPeer.connect(node.url(), { protocols: ['jsonrpc.batch'], perMessageDeflate: true });
    for (const pad of ['', '', 'x'.repeat(5000), '', '']) void node.hub.broadcast('n', { pad });
    expect(await saidTo(peer, 3)).toEqual([['n', 'n'], 'n', ['n', 'n']]);
  });
});

describe('a peer that does not offer jsonrpc.batch', () => {
  it.each([[[]], [['jsonrpc']], [['jsonrpc', 'jsonrpc.batch']]])('never gets an array: %j', async (protocols) => {
    await using node = await start();
    await using peer = await connect(node, ...protocols);
    expect(peer.socket.protocol).toBe(protocols[0] ?? '');
    await peer.request('talk', { count: 3 });
    expect(peer.frames.map(said)).toEqual(['all', 'all', 'all', 'own', 'r1']);
  });
});
