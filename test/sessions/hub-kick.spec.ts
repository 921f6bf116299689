import type { RpcCall, Session } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const EMPTY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };

/** Work that ends when the test says so, and counts how often it was begun. */
@RpcGateway('work')
class WorkGateway {
  begun = 0;
  aborted = 0;
  private readonly running: (() => void)[] = [];

  @RpcMethod()
  run(_params: unknown, { signal }: RpcCall): Promise<string> {
    this.begun++;
    signal.addEventListener('abort', () => this.aborted++);
    return new Promise((resolve) => this.running.push(() => resolve('done')));
  }

  finishAll(): void {
    for (const finish of this.running.splice(0)) finish();
  }
}

@RpcGateway('me')
class SelfGateway {
  released = 0;

  constructor(private readonly hub: HubService) {}

  /** Sends its own caller away. */
  @RpcMethod()
  async kick(_params: unknown, { session }: RpcCall): Promise<number> {
    return (await this.hub.kick({ kind: 'session', sessionId: session.id }, 'you asked for it')).count;
  }

  /** Sends its own caller away before it comes to its first await, and waits for its signal. */
  @RpcMethod()
  async kickAndWait(_params: unknown, { session, signal }: RpcCall): Promise<void> {
    void this.hub.kick({ kind: 'session', sessionId: session.id }, 'you asked for it');
    await new Promise((resolve) => (signal.aborted ? resolve(undefined) : signal.addEventListener('abort', resolve)));
    this.released++;
  }

  /** Pushes as long as somebody listens. */
  @RpcMethod()
  async flood(_params: unknown, { session, signal }: RpcCall): Promise<void> {
    for (let turn = 0; !signal.aborted; turn++) {
      for (let i = 0; i < 50; i++) session.push('flood', { pad: 'x'.repeat(100_000) });
      // A signal that never fires would keep this running for ever.
      if (turn > 10_000) throw new Error('Nobody told that the session is gone');
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.released++;
  }
}

const providers = [PeopleGateway, WorkGateway, SelfGateway];
const gone = (node: RunningNode): Promise<void> => eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));

describe('a kick', () => {
  it('is announced with its reason, then closes with 4500', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    await using other = await node.connect();
    await peer.result('signIn', { userId: 'troll' });
    expect(await node.hub.kick({ kind: 'user', userId: 'troll' }, 'spam')).toEqual({ count: 1, missingNodes: [] });
    expect(await peer.closed).toEqual({ code: 4500, reason: 'Kicked' });
    expect(peer.messages.at(-1)).toEqual({ jsonrpc: '2.0', method: 'session.kicked', params: { reason: 'spam' } });
    expect(await other.result('echo', [1])).toEqual([1]);
    expect(await node.hub.kick({ kind: 'user', userId: 'troll' }, 'spam')).toEqual({ count: 0, missingNodes: [] });
  });

  it('of a user sends all sessions away, of a platform only those', async () => {
    await using node = await startNode({ providers });
    const peers: RpcPeer[] = [];
    for (const platform of ['web', 'ios', 'web']) {
      const peer = await node.connect();
      await peer.result('signIn', { userId: 'u', platform });
      peers.push(peer);
    }
    expect(await node.hub.kick({ kind: 'user', userId: 'u', platform: 'web' }, 'x')).toEqual({ count: 2, missingNodes: [] });
    expect(node.hub.stats().byPlatform).toEqual({ ios: 1 });
    expect(await node.hub.kick({ kind: 'user', userId: 'u' }, 'x')).toEqual({ count: 1, missingNodes: [] });
    for (const peer of peers) expect((await peer.closed).code).toBe(4500);
    await gone(node);
  });

  it('follows what was sent before: the peer gets all of it, in order', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    await peer.settled();
    for (let n = 0; n < 200; n++) await node.hub.broadcast('n', { n, pad: 'x'.repeat(n * 10) });
    await node.hub.kick({ kind: 'all' }, 'end');
    expect((await peer.closed).code).toBe(4500);
    expect(peer.pushes.map(({ params }) => (params as { n?: number }).n)).toEqual([...Array(200).keys(), undefined]);
  });

  it('sends 300 idle sessions away at once, and the node lives on', async () => {
    await using node = await startNode({ providers });
    const peers = await Promise.all(Array.from({ length: 300 }, () => node.connect()));
    expect(await node.hub.kick({ kind: 'all' }, 'closing time')).toEqual({ count: 300, missingNodes: [] });
    for (const peer of peers) expect((await peer.closed).code).toBe(4500);
    await gone(node);
    await using next = await node.connect();
    expect(await next.result('echo', ['hello'])).toEqual(['hello']);
  });

  it('in the middle of pipelined requests leaves nothing behind, time and again', async () => {
    await using node = await startNode({ providers });
    const pipeline = Array.from({ length: 40 }, (_, id) => ({
      jsonrpc: '2.0',
      id,
      method: id % 3 === 0 ? 'work.run' : 'echo',
      params: [id],
    }));
    for (let round = 0; round < 20; round++) {
      await using peer = await RawPeer.connect(node.port);
      peer.send(...pipeline.slice(0, 20 + round));
      await peer.response(1);
      expect(await node.hub.kick({ kind: 'all' }, 'out')).toEqual({ count: 1, missingNodes: [] });
      // The peer has not noticed yet and keeps on sending.
      peer.send(...pipeline.map((request) => ({ ...request, id: `late ${request.id}` })));
      await eventually(() => expect(peer.closeCode).toBe(4500));
      expect(peer.messages.filter(({ id }) => String(id).startsWith('late'))).toEqual([]);
      peer.reset();
    }
    node.app.get(WorkGateway).finishAll();
    await gone(node);
  });

  it('gives up what runs for the session, and begins nothing that waits for a free place', async () => {
    await using node = await startNode({ providers, options: { limits: { inFlight: 2 } } });
    const work = node.app.get(WorkGateway);
    await using peer = await RawPeer.connect(node.port);
    peer.send(...Array.from({ length: 30 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'work.run' })));
    await eventually(() => expect(work.begun).toBe(2));
    await node.hub.kick({ kind: 'all' }, 'out');
    expect(work.aborted).toBe(2);
    work.finishAll();
    await eventually(() => expect(peer.closeCode).toBe(4500));
    expect([work.begun, peer.messages.filter(({ method }) => method === undefined)]).toEqual([2, []]);
  });

  it('by a session of itself ends it, also in the middle of a batch; the rest of the batch is not begun', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    const work = node.app.get(WorkGateway);
    peer.send([
      { jsonrpc: '2.0', id: 1, method: 'me.kick' },
      ...Array.from({ length: 5 }, (_, index) => ({ jsonrpc: '2.0', id: 2 + index, method: 'work.run' })),
    ]);
    expect((await peer.closed).code).toBe(4500);
    expect([work.begun, peer.messages.map(({ method }) => method)]).toEqual([0, ['session.kicked']]);
  });

  it.each(['me.kickAndWait', 'me.flood'])(
    'by a handler that has not come to its first await reaches that handler too: %s',
    async (method) => {
      await using node = await startNode({ providers });
      await using peer = await RawPeer.connect(node.port);
      peer.socket.pause();
      peer.send({ jsonrpc: '2.0', id: 1, method });
      await eventually(() => expect(node.app.get(SelfGateway).released).toBe(1));
      expect(node.hub.stats().sessions.open).toBe(0);
    },
  );

  it('of a session that subscribes at that moment leaves no topic behind', async () => {
    await using node = await startNode({ providers, options: { defaultTopicPolicy: 'allow' } });
    for (let round = 0; round < 20; round++) {
      await using peer = await RawPeer.connect(node.port);
      const { result } = await peer.request('sessionId');
      const session = node.hub.session(result as string) as Session;
      peer.send(...Array.from({ length: 10 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'subscribe', params: { topics: [`t${id}`] } })));
      await new Promise((resolve) => setImmediate(resolve));
      await node.hub.kick({ kind: 'all' }, 'out');
      expect([session.topics.size, node.hub.stats().topics]).toEqual([0, 0]);
    }
    await gone(node);
  });
});
