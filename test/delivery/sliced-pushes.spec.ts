/** Pushes to so many sockets that one slice of a millisecond cannot write them all. */
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { RawPeer } from './raw-peer.js';
import { WriteCounter } from './write-counter.js';

const CROWD = 1_500;
const AT_ONCE = 100;

@RpcGateway()
class CrierGateway {
  constructor(private readonly hub: HubService) {}

  /** Tells everybody, and answers at once. */
  @RpcMethod()
  async cry({ n }: { n: number }): Promise<number> {
    return (await this.hub.broadcast('cried', { n })).reached;
  }
}

class Crowd implements AsyncDisposable {
  constructor(readonly peers: RawPeer[]) {}

  static async gather(node: RunningNode): Promise<Crowd> {
    const peers: RawPeer[] = [];
    while (peers.length < CROWD) {
      peers.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => RawPeer.connect(node.port)))));
    }
    return new Crowd(peers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer[Symbol.asyncDispose]()));
  }
}

const heard = (peer: RawPeer): unknown[] =>
  peer.messages.filter(({ method }) => method === 'cried').map(({ params }) => (params as { n: number }).n);

const start = (writes?: WriteCounter): Promise<RunningNode> =>
  startNode({
    providers: [CrierGateway],
    options: { fairness: { sliceMs: 1 }, heartbeat: { pingIntervalMs: 0 } },
    ...(writes ? { configure: writes.watch } : {}),
  });

describe('a push to a crowd', () => {
  it('is queued everywhere when the call returns, and written in several turns of the loop, each socket once', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using crowd = await Crowd.gather(node);
    writes.reset();
    const written = (): number => writes.perSocket.filter((count) => count > 0).length;
    expect(await node.hub.broadcast('cried', { n: 1 })).toEqual({ reached: CROWD });
    const turns = [written()];
    while ((turns.at(-1) ?? 0) < CROWD) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(written());
    }
    expect(turns[0]).toBeLessThan(CROWD);
    expect(writes.perSocket).toEqual(Array(CROWD).fill(1));
    await eventually(() => expect(crowd.peers.every((peer) => heard(peer).length === 1)).toBe(true));
  });

  it('lets the caller have its answer before the last receiver has the push', async () => {
    const writes = new WriteCounter();
    await using node = await start(writes);
    await using crowd = await Crowd.gather(node);
    // The last to come is the last in the order of the push.
    await using caller = await RawPeer.connect(node.port);
    writes.reset();
    caller.send({ jsonrpc: '2.0', id: 1, method: 'cry', params: { n: 1 } });
    let writtenBefore = 0;
    while ((writes.perSocket.at(-1) ?? 0) === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      writtenBefore = writes.perSocket.filter((count) => count > 0).length;
    }
    expect(writtenBefore).toBeLessThan(CROWD);
    await caller.response(1);
    // In its own order all the same.
    expect(caller.messages.map(({ method, result }) => method ?? result)).toEqual(['cried', CROWD + 1]);
    await eventually(() => expect(crowd.peers.every((peer) => heard(peer).length === 1)).toBe(true));
  });

  it('keeps the order of further pushes, and passes by who has gone meanwhile', async () => {
    await using node = await start();
    await using crowd = await Crowd.gather(node);
    const sessions = node.hub.find({ kind: 'all' });
    const leaving = new Set(sessions.filter((_session, index) => index % 3 === 0));
    const pushing = [node.hub.broadcast('cried', { n: 1 })];
    for (const session of leaving) session.close();
    pushing.push(node.hub.broadcast('cried', { n: 2 }));
    await new Promise((resolve) => setImmediate(resolve));
    pushing.push(node.hub.broadcast('cried', { n: 3 }));
    const reached = (await Promise.all(pushing)).map((receipt) => receipt.reached);
    expect(reached).toEqual([CROWD, CROWD - leaving.size, CROWD - leaving.size]);
    await eventually(() => {
      const [short, whole] = [
        crowd.peers.filter(({ closeCode }) => closeCode === 1000),
        crowd.peers.filter((peer) => peer.closeCode === undefined),
      ];
      expect([short.length, whole.length]).toEqual([leaving.size, CROWD - leaving.size]);
      // What was queued before the goodbye has left before it.
      expect(short.every((peer) => heard(peer).join() === '1')).toBe(true);
      expect(whole.every((peer) => heard(peer).join() === '1,2,3')).toBe(true);
    });
  });

  it('arrives before the goodbye of a kick and of a drain that come right behind it', async () => {
    const node = await start();
    await using crowd = await Crowd.gather(node);
    const [first] = node.hub.find({ kind: 'all' });
    const pushed = node.hub.broadcast('cried', { n: 1 });
    await node.hub.kick({ kind: 'session', sessionId: first?.id ?? '' }, 'noise');
    const closing = node.app.close();
    await pushed;
    await closing;
    await eventually(() => expect(crowd.peers.every(({ closeCode }) => closeCode !== undefined)).toBe(true));
    expect(crowd.peers.map(heard)).toEqual(Array(CROWD).fill([1]));
    expect(crowd.peers.filter(({ closeCode }) => closeCode === 4500)).toHaveLength(1);
    expect(crowd.peers.filter(({ closeCode }) => closeCode === 1012)).toHaveLength(CROWD - 1);
  });
});

describe('a kick of a crowd', () => {
  it('sends everybody away in several turns, each once, and counts them', async () => {
    await using node = await start();
    await using crowd = await Crowd.gather(node);
    const kicking = node.hub.kick({ kind: 'all' }, 'closing time');
    expect(node.hub.stats().sessions.open).toBeGreaterThan(0);
    expect(await kicking).toEqual({ count: CROWD, missingNodes: [] });
    expect(node.hub.stats().sessions.open).toBe(0);
    await eventually(() => expect(crowd.peers.every(({ closeCode }) => closeCode === 4500)).toBe(true));
    expect(crowd.peers.every((peer) => peer.messages.filter(({ method }) => method === 'session.kicked').length === 1)).toBe(true);
  });

  it('takes a crowd out of a topic and puts it in, in several turns', async () => {
    await using node = await start();
    await using crowd = await Crowd.gather(node);
    expect(await node.hub.subscribe({ kind: 'all' }, 't')).toMatchObject({ count: crowd.peers.length });
    const leaving = node.hub.unsubscribe({ kind: 'topic', topic: 't' }, 't');
    expect(await leaving).toEqual({ count: CROWD, missingNodes: [] });
    expect(node.hub.stats().topics).toBe(0);
  });
});
