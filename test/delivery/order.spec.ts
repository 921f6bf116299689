import type { RpcCall } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { RawPeer } from './raw-peer.js';

const SIZES = [0, 1, 50, 125, 126, 127, 1000, 65_400, 65_535, 65_536, 65_600, 200_000];
const PADS = ['x', 'é', '€', '😀', '\u0000'];
const roomy = { outbound: { maxBytes: 256 * 1024 * 1024, maxFrames: 100_000 }, defaultTopicPolicy: 'allow' } as const;

/** Handlers that end in the order that the test wants. */
@RpcGateway()
class OrderGateway {
  private readonly running = new Map<number, () => void>();

  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  wait({ n }: { n: number }): Promise<number> {
    return new Promise((resolve) => this.running.set(n, () => resolve(n)));
  }

  finish(n: number): void {
    this.running.get(n)?.();
    this.running.delete(n);
  }

  get waiting(): number {
    return this.running.size;
  }

  /** Pushes before, between and after promises, to the caller and to a topic that it listens to, then answers. */
  @RpcMethod()
  async mixed(_params: unknown, { session }: RpcCall): Promise<string> {
    session.push('n', { n: 0 });
    await this.hub.pushToTopic('t', 'n', { n: 1 });
    session.push('n', { n: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    await this.hub.broadcast('n', { n: 3, pad: 'x'.repeat(100_000) });
    session.push('n', { n: 4 });
    return 'answer';
  }
}

const numbersOf = (peer: RpcPeer): number[] =>
  peer.pushes.filter(({ method }) => method === 'n').map(({ params }) => (params as { n: number }).n);
const range = (count: number): number[] => [...Array(count).keys()];

describe('the order of one session', () => {
  it('of replies is the order in which they were finished', async () => {
    await using node = await startNode({ providers: [OrderGateway] });
    await using peer = await node.connect();
    const gateway = node.app.get(OrderGateway);
    for (const n of range(20)) peer.send({ jsonrpc: '2.0', id: n, method: 'wait', params: { n } });
    await eventually(() => expect(gateway.waiting).toBe(20));
    const order = range(20).map((n) => (n * 7) % 20);
    for (const [turn, n] of order.entries()) {
      gateway.finish(n);
      // Some in one tick, some apart.
      if (turn % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(peer.messages.length).toBe(20));
    expect(peer.messages.map(({ id }) => id)).toEqual(order);
  });

  it('of a handler’s own pushes and its reply is the order in which it made them', async () => {
    await using node = await startNode({ providers: [OrderGateway], options: roomy });
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['t'] });
    expect(await peer.result('mixed')).toBe('answer');
    await peer.settled();
    expect(peer.messages.slice(1, 7).map(({ params, result }) => (params as { n: number } | undefined)?.n ?? result)).toEqual([
      0,
      1,
      2,
      3,
      4,
      'answer',
    ]);
  });

  it.each(PADS)('of pushes of one publisher holds across small and large frames, with pads of %j', async (pad) => {
    await using node = await startNode({ options: roomy });
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['t'] });
    let n = 0;
    for (const size of [...SIZES, ...SIZES.toReversed(), ...SIZES]) {
      const text = pad.repeat(Math.floor(size / Buffer.byteLength(pad)));
      await node.hub.pushToTopic('t', 'n', { n: n++, text });
      if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(numbersOf(peer)).toEqual(range(n)));
    const texts = peer.pushes.map(({ params }) => (params as { text: string }).text);
    expect(texts.every((text) => text === pad.repeat([...text].length))).toBe(true);
  });

  it('holds over several topics, users and broadcasts of one publisher', async () => {
    await using node = await startNode({ providers: [OrderGateway], options: roomy });
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['t', 'u'] });
    const [session] = node.hub.find({ kind: 'all' });
    await session?.login({ userId: 'me' });
    const ways: readonly ((n: number) => Promise<unknown>)[] = [
      (n: number) => node.hub.pushToTopic('t', 'n', { n }),
      (n: number) => node.hub.broadcast('n', { n }),
      (n: number) => node.hub.pushToUser('me', 'n', { n, pad: 'x'.repeat(70_000) }),
      (n: number) => Promise.resolve(session?.push('n', { n })),
      (n: number) => node.hub.pushToTopic('u', 'n', { n }),
      (n: number) => node.hub.push({ kind: 'signed-in' }, 'n', { n }),
    ];
    const sent = range(120).map(async (n) => ways[n % ways.length]?.(n));
    await Promise.all(sent);
    await eventually(() => expect(numbersOf(peer)).toEqual(range(120)));
  });

  it('holds for a reader that pauses and goes on, within its bounds', async () => {
    await using node = await startNode({ options: roomy });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    peer.socket.pause();
    let n = 0;
    // Far more than the kernel takes, so that most of it waits in the queue, in parts of one write and in parts of many.
    for (; n < 400; n++) {
      await node.hub.pushToTopic('t', 'n', { n, pad: 'x'.repeat(n % 10 === 0 ? 200_000 : 300) });
      if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    peer.socket.resume();
    for (; n < 500; n++) await node.hub.pushToTopic('t', 'n', { n });
    await eventually(() => expect(peer.messages.length).toBe(501));
    expect(peer.messages.slice(1).map(({ params }) => (params as { n: number }).n)).toEqual(range(500));
    expect(node.hub.stats().sessions.open).toBe(1);
  });

  it('holds for pushes that the server makes while a peer sends pipelined requests', async () => {
    await using node = await startNode({ providers: [OrderGateway], options: roomy });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    for (const n of range(200)) {
      peer.send({ jsonrpc: '2.0', id: n, method: 'heartbeat' });
      await node.hub.pushToTopic('t', 'n', { n });
      if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(peer.messages.length).toBe(401));
    const pushes = peer.messages.filter(({ method }) => method === 'n').map(({ params }) => (params as { n: number }).n);
    const replies = peer.messages.slice(1).filter(({ method }) => method === undefined);
    expect([pushes, replies.map(({ id }) => id)]).toEqual([range(200), range(200)]);
  });
});
