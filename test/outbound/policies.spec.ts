import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { DroppedFacts, RealtimeOptions } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const KB = 1024;
const PUSHES = 1000;

@RpcGateway()
class EchoGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  /** Pushes so many large values in one tick, and answers behind them. */
  @RpcMethod()
  async flood({ count }: { count: number }): Promise<number> {
    for (let n = 0; n < count; n++) await this.hub.pushToTopic('oldest:t', 'n', { n, pad: 'x'.repeat(20 * KB) });
    return count;
  }
}

/** @param dropped gets what an observer hears */
function start(dropped: DroppedFacts[], options: RealtimeOptions = {}): Promise<RunningNode> {
  return startNode({
    providers: [EchoGateway],
    options: {
      defaultTopicPolicy: 'allow',
      outbound: { maxBytes: 256 * KB },
      topics: {
        'newest:*': { slow: 'drop-newest' },
        'oldest:*': { slow: 'drop-oldest' },
        'price:*': { slow: 'conflate', key: (params) => String((params as { id: number }).id) },
        'state:*': { slow: 'conflate' },
      },
      observers: [{ dropped: (facts) => void dropped.push(facts) }],
      ...options,
    },
  });
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const framesOf = (dropped: readonly DroppedFacts[]): number => dropped.reduce((sum, { frames }) => sum + frames, 0);
const paramsOf = (peer: RawPeer): { n: number; id: number }[] =>
  peer.messages.filter(({ method }) => method === 'n').map(({ params }) => params as { n: number; id: number });
const numbersOf = (peer: RawPeer): number[] => paramsOf(peer).map(({ n }) => n);
const ascending = (numbers: readonly number[]): boolean => numbers.every((n, index) => index === 0 || n > (numbers[index - 1] ?? n));

async function listener(node: RunningNode, topic: string): Promise<RawPeer> {
  const peer = await RawPeer.connect(node.port);
  await peer.request('subscribe', { topics: [topic] });
  return peer;
}

/** Pushes large values while nobody reads, one in each turn of the loop. @returns how many the hub said were taken */
async function pushAll({ hub }: RunningNode, topic: string): Promise<number> {
  let taken = 0;
  for (let n = 0; n < PUSHES; n++) {
    taken += (await hub.pushToTopic(topic, 'n', { n, id: n % 5, pad: 'x'.repeat(20 * KB) })).reached;
    await turnOfTheLoop();
  }
  return taken;
}

/** Reads on, and waits until everything is there that was sent before. */
async function caughtUp(peer: RawPeer): Promise<void> {
  peer.socket.resume();
  await peer.request('echo');
}

describe('a reader that is slow for a while', () => {
  it('misses the newest pushes of a topic with drop-newest, and the hub says how many it took', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped);
    await using slow = await listener(node, 'newest:t');
    slow.socket.pause();
    const taken = await pushAll(node, 'newest:t');
    await caughtUp(slow);
    const received = numbersOf(slow);
    expect([received.length, received.length + framesOf(dropped), received]).toEqual([taken, PUSHES, [...Array(taken).keys()]]);
    expect(new Set(dropped.map(({ policy }) => policy))).toEqual(new Set(['drop-newest']));
    expect(node.hub.stats().sessions.open).toBe(1);
  });

  it('misses the oldest that still waited with drop-oldest, and gets the last ones', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped);
    await using slow = await listener(node, 'oldest:t');
    slow.socket.pause();
    expect(await pushAll(node, 'oldest:t')).toBe(PUSHES);
    await caughtUp(slow);
    const received = numbersOf(slow);
    expect(received.length + framesOf(dropped)).toBe(PUSHES);
    expect(framesOf(dropped)).toBeGreaterThan(0);
    // What the bound holds, less the reply to the fence, is the very end.
    expect([ascending(received), received.slice(-10)]).toEqual([true, [...Array(PUSHES).keys()].slice(-10)]);
  });

  it('gets the last value of each key with conflate', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped);
    await using slow = await listener(node, 'price:t');
    slow.socket.pause();
    expect(await pushAll(node, 'price:t')).toBe(PUSHES);
    await caughtUp(slow);
    const received = paramsOf(slow);
    expect([received.length + framesOf(dropped), dropped.length > 0]).toEqual([PUSHES, true]);
    expect(new Set(dropped.map(({ policy }) => policy))).toEqual(new Set(['conflate']));
    for (const id of [0, 1, 2, 3, 4]) expect(received.filter((one) => one.id === id).at(-1)?.n).toBe(PUSHES - 5 + id);
  });

  it('has the key of a push from one call, however many readers there are', async () => {
    let calls = 0;
    await using node = await start([], { topics: { 'price:*': { slow: 'conflate', key: () => `key ${++calls}` } } });
    const peers = await Promise.all(Array.from({ length: 5 }, () => listener(node, 'price:t')));
    expect([await node.hub.pushToTopic('price:t', 'n', { n: 1 }), calls]).toEqual([{ reached: 5 }, 1]);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('gets the last value of the topic with conflate and no key', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped);
    await using slow = await listener(node, 'state:t');
    slow.socket.pause();
    await pushAll(node, 'state:t');
    await caughtUp(slow);
    const received = numbersOf(slow);
    expect([received.length + framesOf(dropped), ascending(received), received.at(-1)]).toEqual([PUSHES, true, PUSHES - 1]);
    expect(framesOf(dropped)).toBeGreaterThan(0);
  });

  it.each(['drop-newest', 'drop-oldest'] as const)('keeps its session by the policy of all sessions: %s', async (policy) => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped, { outbound: { maxBytes: 256 * KB, policy }, topics: {} });
    await using slow = await RawPeer.connect(node.port);
    await slow.request('echo');
    const [session] = node.hub.find({ kind: 'all' });
    slow.socket.pause();
    let taken = 0;
    for (let n = 0; n < PUSHES; n++) {
      if (session?.push('n', { n, pad: 'x'.repeat(20 * KB) })) taken++;
      await turnOfTheLoop();
    }
    await caughtUp(slow);
    expect(numbersOf(slow).length + framesOf(dropped)).toBe(PUSHES);
    expect(taken).toBe(policy === 'drop-newest' ? numbersOf(slow).length : PUSHES);
    expect([session?.state, dropped.length > 0]).toEqual(['open', true]);
  });

  it('is disconnected by a topic that may not drop anything, whatever other topics may', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped, {
      outbound: { maxBytes: 256 * KB, policy: 'drop-oldest' },
      topics: { 'chat:*': { slow: 'disconnect' } },
    });
    await using slow = await listener(node, 'chat:t');
    slow.socket.pause();
    const taken = await pushAll(node, 'chat:t');
    expect([node.hub.stats().sessions.open, taken < PUSHES]).toEqual([0, true]);
    slow.socket.resume();
    await eventually(() => expect(slow.closeCode).toBe(4002));
    // One push found no room; it and what waited are thrown away.
    expect(dropped.map(({ policy }) => policy)).toEqual(['disconnect']);
    expect(numbersOf(slow).length + framesOf(dropped)).toBe(taken + 1);
  });
});

describe('replies', () => {
  it('are never dropped: pushes make room for them', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped, { limits: { inFlight: 10_000 } });
    await using slow = await listener(node, 'oldest:t');
    slow.socket.pause();
    await pushAll(node, 'oldest:t');
    const ids = [...Array(100).keys()];
    for (const id of ids) slow.send({ jsonrpc: '2.0', id, method: 'echo', params: { pad: 'y'.repeat(KB) } });
    await eventually(() => expect(framesOf(dropped)).toBeGreaterThan(PUSHES / 4));
    await caughtUp(slow);
    const replied = slow.messages.filter(({ method, id }) => method === undefined && typeof id === 'number').map(({ id }) => id);
    expect(replied).toEqual(ids);
    expect(numbersOf(slow).length + framesOf(dropped)).toBe(PUSHES);
    expect(node.hub.stats().sessions.open).toBe(1);
  });

  it('close the session if nothing is left to make room for them', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped, { writeTimeoutMs: 60_000 });
    await using slow = await listener(node, 'oldest:t');
    slow.socket.pause();
    await eventually(async () => {
      slow.send({ jsonrpc: '2.0', id: 1, method: 'echo', params: { pad: 'y'.repeat(60 * KB) } });
      await turnOfTheLoop();
      expect(node.hub.stats().sessions.open).toBe(0);
    });
    slow.socket.resume();
    await eventually(() => expect(slow.closeCode).toBe(4002));
  });

  it('to the call that floods its own caller arrive behind what is left of the flood', async () => {
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped);
    await using slow = await listener(node, 'oldest:t');
    const { result } = await slow.request('flood', { count: PUSHES });
    expect([result, numbersOf(slow).length + framesOf(dropped), ascending(numbersOf(slow))]).toEqual([PUSHES, PUSHES, true]);
  });
});

describe('an observer', () => {
  it('hears of what was dropped once for each burst, and may push in answer without harm', async () => {
    const heard: DroppedFacts[] = [];
    const nodes: RunningNode[] = [];
    const observer = {
      dropped: (facts: DroppedFacts) => {
        heard.push(facts);
        void nodes[0]?.hub.pushToTopic('oldest:t', 'n', { n: PUSHES + heard.length, pad: 'x'.repeat(20 * KB) });
      },
    };
    const dropped: DroppedFacts[] = [];
    await using node = await start(dropped, { observers: [observer] });
    nodes.push(node);
    await using slow = await listener(node, 'oldest:t');
    slow.socket.pause();
    for (let burst = 0; burst < 20; burst++) {
      for (let n = 0; n < 100; n++) void node.hub.pushToTopic('oldest:t', 'n', { n, pad: 'x'.repeat(20 * KB) });
      await turnOfTheLoop();
    }
    await caughtUp(slow);
    await eventually(async () => {
      const before = heard.length;
      await slow.request('echo');
      expect(heard.length).toBe(before);
    });
    expect(numbersOf(slow).length + framesOf(heard)).toBe(2000 + heard.length);
    expect(node.hub.stats().sessions.open).toBe(1);
  });
});
