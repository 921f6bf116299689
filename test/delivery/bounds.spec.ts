import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RealtimeOptions, RpcCall, SessionEnd } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { RawPeer } from './raw-peer.js';

const KB = 1024;
const MB = 1024 * KB;

@RpcGateway()
class BigGateway {
  readonly ends: SessionEnd[] = [];
  watching = 0;

  constructor(private readonly hub: HubService) {}

  handleDisconnect(_session: unknown, end: SessionEnd): void {
    this.ends.push(end);
  }

  @RpcMethod()
  big({ bytes }: { bytes: number }): string {
    return 'x'.repeat(bytes);
  }

  /** Tells everybody, in the very moment, when its caller is given up. */
  @RpcMethod()
  lament(_params: unknown, { signal, session }: RpcCall): Promise<never> {
    this.watching++;
    signal.addEventListener('abort', () => void this.hub.broadcast('lost', { id: session.id, mine: session.push('never') }));
    return new Promise(() => undefined);
  }
}

const start = (options: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [BigGateway], options: { defaultTopicPolicy: 'allow', ...options } });

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const range = (count: number): number[] => [...Array(count).keys()];
const numbersOf = (peer: RawPeer): number[] =>
  peer.messages.filter(({ method }) => method === 'n').map(({ params }) => (params as { n: number }).n);

describe('a reader that does not keep up', () => {
  it('is closed with 4002 when its bytes are over the bound, and nobody else is', async () => {
    await using node = await start();
    await using slow = await RawPeer.connect(node.port);
    await using healthy = await RawPeer.connect(node.port);
    await Promise.all([slow, healthy].map((peer) => peer.request('subscribe', { topics: ['t'] })));
    slow.socket.pause();
    let sent = 0;
    while (node.hub.stats().sessions.open === 2 && sent < 1000) {
      await node.hub.pushToTopic('t', 'n', { n: sent++, pad: 'x'.repeat(100 * KB) });
      await eventually(() => expect(numbersOf(healthy).length).toBe(sent));
    }
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 1 });
    expect(await node.hub.pushToTopic('t', 'n', { n: sent })).toEqual({ reached: 1 });
    await eventually(() => expect(numbersOf(healthy)).toEqual(range(sent + 1)));
    // What left before the bound was reached arrives in order, then the reason.
    slow.socket.resume();
    await eventually(() => expect(slow.closeCode).toBe(4002));
    expect(numbersOf(slow)).toEqual(range(numbersOf(slow).length));
    slow.sayGoodbye(4002);
    slow.socket.end();
    await eventually(() =>
      expect(node.app.get(BigGateway).ends).toEqual([{ code: 4002, reason: 'SlowConsumer', by: 'server', wasClean: true }]),
    );
  });

  it('is closed with 4002 when its frames are over the bound, however small they are', async () => {
    await using node = await start({ outbound: { maxFrames: 50, maxBytes: 64 * MB } });
    await using slow = await RawPeer.connect(node.port);
    await slow.request('subscribe', { topics: ['t'] });
    slow.socket.pause();
    // Fills what the kernel takes, so that the rest has to wait.
    for (let part = 0; part < 24; part++) await node.hub.pushToTopic('t', 'fill', { pad: 'x'.repeat(MB) });
    await turnOfTheLoop();
    const reached: number[] = [];
    for (const n of range(60)) reached.push((await node.hub.pushToTopic('t', 'n', { n })).reached);
    expect(reached.indexOf(0)).toBe(50);
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 1 });
  });

  it('is closed also by replies that it does not read', async () => {
    await using node = await start({ writeTimeoutMs: 100 });
    await using slow = await RawPeer.connect(node.port);
    await slow.request('heartbeat');
    slow.socket.pause();
    await eventually(async () => {
      slow.send({ jsonrpc: '2.0', id: 1, method: 'big', params: { bytes: 500 * KB } });
      await turnOfTheLoop();
      expect(node.app.get(BigGateway).ends).toEqual([{ code: 4002, reason: 'SlowConsumer', by: 'server', wasClean: false }]);
    });
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 });
  });

  it('may be lamented from within the push that closed it: nothing runs in circles, and others get all of it once', async () => {
    await using node = await start({ outbound: { maxBytes: 256 * KB } });
    const slow = await Promise.all(range(5).map(() => RawPeer.connect(node.port)));
    await using healthy = await RawPeer.connect(node.port);
    await healthy.request('heartbeat');
    for (const peer of slow) {
      peer.send({ jsonrpc: '2.0', id: 1, method: 'lament' });
      peer.socket.pause();
    }
    await eventually(() => expect(node.app.get(BigGateway).watching).toBe(5));
    let n = 0;
    while (node.hub.stats().sessions.open > 1 && n < 1000) {
      await node.hub.broadcast('n', { n: n++, pad: 'x'.repeat(100 * KB) });
      await eventually(() => expect(numbersOf(healthy).length).toBe(n));
    }
    await healthy.request('heartbeat');
    const lost = healthy.messages.filter(({ method }) => method === 'lost').map(({ params }) => params as { id: string; mine: boolean });
    expect([new Set(lost.map(({ id }) => id)).size, lost.length, lost.some(({ mine }) => mine)]).toEqual([5, 5, false]);
    expect(numbersOf(healthy)).toEqual(range(n));
    await Promise.all(slow.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('holds no more than its bound: what is over it goes, not only what comes next', async () => {
    await using node = await start({ writeTimeoutMs: 60_000, outbound: { maxBytes: 512 * KB } });
    await using slow = await RawPeer.connect(node.port);
    await slow.request('heartbeat');
    slow.socket.pause();
    let reached = 0;
    for (let n = 0; n < 400; n++) {
      reached += (await node.hub.broadcast('n', { n, pad: 'x'.repeat(64 * KB) })).reached;
      await turnOfTheLoop();
    }
    expect(node.hub.stats().sessions.open).toBe(0);
    slow.socket.resume();
    await eventually(() => expect(slow.closeCode).toBe(4002));
    expect(numbersOf(slow)).toEqual(range(numbersOf(slow).length));
    // At most the bound was thrown away at the end; all before it was delivered.
    expect(reached - numbersOf(slow).length).toBeLessThanOrEqual(8);
  });
});

describe('a reader that keeps up', () => {
  it.each([
    ['small frames, a hundred over the bound', 1124, 10, {}],
    ['small frames, ten times the bound of frames', 10_240, 10, {}],
    ['frames of 2 kB, four times the bound of bytes', 256, 2 * KB, { maxBytes: 128 * KB }],
  ])('gets a burst of one tick: %s', async (_case, count, bytes, outbound) => {
    await using node = await start({ outbound });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    const receipts = await Promise.all(range(count).map((n) => node.hub.pushToTopic('t', 'n', { n, pad: 'x'.repeat(bytes) })));
    expect(receipts.filter(({ reached }) => reached !== 1).length).toBe(0);
    await eventually(() => expect(numbersOf(peer).length).toBe(count));
    expect([numbersOf(peer), node.hub.stats().sessions]).toEqual([range(count), { open: 1, closing: 0 }]);
  });

  it('gets the replies to a flood of pipelined calls', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    const count = 5000;
    peer.send(...range(count).map((id) => ({ jsonrpc: '2.0', id, method: 'heartbeat' })));
    await eventually(() => expect(peer.frames.length).toBe(count));
    expect(node.hub.stats().sessions.open).toBe(1);
  });

  it('gets 50 MB in paced pushes, each many times what the bound would hold in all', async () => {
    // Frames are counted, and a ping is one.
    await using node = await start({ outbound: { maxBytes: 300 * KB }, heartbeat: { pingIntervalMs: 0 } });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    for (let n = 0; n < 250; n++) {
      expect(await node.hub.pushToTopic('t', 'n', { n, pad: 'x'.repeat(200 * KB) })).toEqual({ reached: 1 });
      await eventually(() => expect(peer.frames.length).toBe(n + 2));
    }
  });
});
