/** Subscriptions that begin with the state of their topic. */
import { Injectable, Scope } from '@nestjs/common';
import { HubService, RawJson, RpcError, RpcGateway, RpcMethod, TopicSnapshot } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';

@RpcGateway('price')
class PriceGateway {
  private price = 0;

  constructor(private readonly hub: HubService) {}

  @TopicSnapshot('price:*')
  now({ wildcards }: TopicRequest): object {
    return { symbol: wildcards[0], price: this.price };
  }

  @TopicSnapshot('price:closed:*')
  none(): undefined {
    return undefined;
  }

  @TopicSnapshot('raw:*')
  raw(): RawJson {
    return RawJson.encode(['raw']);
  }

  @TopicSnapshot('late:*')
  late(): Promise<string> {
    return Promise.reject(new Error('nobody looks'));
  }

  @TopicSnapshot('map:*')
  map(): Map<string, string> {
    return new Map();
  }

  @TopicSnapshot('gone:*')
  gone(): never {
    throw RpcError.of('NotFound', 'No such room');
  }

  @TopicSnapshot('big:*')
  big(): string {
    return 'x'.repeat(20_000);
  }

  @TopicSnapshot('huge:*')
  huge(): string {
    return 'x'.repeat(100_000);
  }

  /** Moves the price very often while others subscribe. */
  @RpcMethod()
  async run({ steps }: { steps: number }): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.price++;
      await this.hub.push({ kind: 'topic', topic: 'price:A' }, 'price.moved', { price: this.price });
      if (step % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const start = (logger = new CollectingLogger()) =>
  startNode({ providers: [PriceGateway], options: { defaultTopicPolicy: 'allow', outbound: { maxBytes: 64 * 1024 } }, logger });

describe('a subscription to a topic with a snapshot', () => {
  it('is answered with the state, from the pattern that says most', async () => {
    await using node = await start();
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['price:A', 'other', 'price:closed:B', 'raw:1', '__proto__'] })).toEqual({
      subscribed: ['price:A', 'other', 'price:closed:B', 'raw:1', '__proto__'],
      snapshots: { 'price:A': { symbol: 'A', price: 0 }, 'raw:1': ['raw'] },
    });
    expect(await peer.result('subscribe', { topics: ['price:A'] })).toMatchObject({ snapshots: { 'price:A': { price: 0 } } });
    expect(await peer.result('subscribe', { topics: ['other'] })).toEqual({ subscribed: ['other'] });
  });

  it('misses nothing and hears nothing twice while the state moves', async () => {
    await using node = await start();
    await using mover = await node.connect();
    mover.notify('price.run', { steps: 300 });
    const ends = Array.from({ length: 20 }, async () => {
      await using peer = await node.connect();
      const { snapshots } = (await peer.result('subscribe', { topics: ['price:A'] })) as { snapshots: Record<string, { price: number }> };
      const begun = snapshots['price:A']?.price ?? NaN;
      for (let tries = 0; tries < 200 && peer.pushes.length < 300 - begun; tries++) await peer.settled();
      const heard = peer.pushes.map(({ params }) => (params as { price: number }).price);
      expect(heard).toEqual(Array.from({ length: 300 - begun }, (_unused, index) => begun + 1 + index));
      return begun;
    });
    const begun = await Promise.all(ends);
    expect(Math.max(...begun)).toBeGreaterThan(0);
  });

  it('is refused if the state cannot be had, and the others are not', async () => {
    const logger = new CollectingLogger();
    await using node = await start(logger);
    await using peer = await node.connect();
    const fault = { code: -32603, data: { errorId: expect.any(String) } };
    expect(await peer.result('subscribe', { topics: ['late:1', 'map:1', 'gone:1', 'other'] })).toMatchObject({
      subscribed: ['other'],
      rejected: [
        { topic: 'late:1', ...fault },
        { topic: 'map:1', ...fault },
        { topic: 'gone:1', code: -32004, message: 'No such room' },
      ],
    });
    expect(await peer.request('subscribe', { topics: ['gone:2'] })).toMatchObject({ error: { code: -32004 } });
    expect(logger.errors.join('\n')).toMatch(/the snapshot PriceGateway\.late \(late:\*\).*must be there at once/s);
    expect(node.hub.stats().topics).toBe(1);
  });

  it('is refused if its state is too large for any answer, and costs the others nothing', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const { result } = await peer.request('subscribe', { topics: ['huge:1', 'other'] });
    expect(result).toMatchObject({ subscribed: ['other'], rejected: [{ topic: 'huge:1', code: -32013, reason: 'PayloadTooLarge' }] });
    expect((await peer.request('subscribe', { topics: ['huge:1'] })).error).toMatchObject({ code: -32013 });
    expect(node.hub.stats().topics).toBe(1);
  });

  it('is refused where the states of one call are too large together, and granted in a call of its own', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const topics = ['big:1', 'big:2', 'big:3'];
    const { result } = await peer.request('subscribe', { topics });
    expect(result).toMatchObject({
      subscribed: ['big:1'],
      rejected: [
        { topic: 'big:2', code: -32013 },
        { topic: 'big:3', code: -32013 },
      ],
    });
    expect((await peer.request('subscribe', { topics: ['big:2'] })).result).toMatchObject({ subscribed: ['big:2'] });
  });
});

it('a snapshot of a provider that is made for each call, or without a pattern, stops the app', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class PerCall {
    @TopicSnapshot('a')
    state(): number {
      return 1;
    }
  }
  @Injectable()
  class Odd {
    @TopicSnapshot('a**')
    state(): number {
      return 1;
    }
  }
  await expect(startNode({ providers: [PerCall] })).rejects.toThrow(/PerCall\.state: a snapshot is taken at once/);
  await expect(startNode({ providers: [Odd] })).rejects.toThrow(/Odd\.state: a topic pattern must be/);
});
