/** Pushes and answers over TLS, where the socket that is written to is not the one that the kernel drains. */
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestApplicationOptions } from '@nestjs/common';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { DroppedFacts } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const KB = 1024;
const PUSHES = 600;
const PAD = 'x'.repeat(20 * KB);
const certificate = selfSignedCertificate();

class HttpsAdapter extends ExpressAdapter {
  override initHttpServer(options: NestApplicationOptions): void {
    super.initHttpServer({ ...options, httpsOptions: certificate });
  }
}

@RpcGateway()
class PricesGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  /** Pushes within one tick, and answers behind them. */
  @RpcMethod()
  publish({ topic, count }: { topic: string; count: number }): number {
    for (let n = 0; n < count; n++) void this.hub.pushToTopic(topic, 'price', { n });
    return count;
  }
}

const dropped: DroppedFacts[] = [];

const start = (): Promise<RunningNode> =>
  startNode({
    providers: [PricesGateway],
    adapter: () => new HttpsAdapter(),
    options: {
      defaultTopicPolicy: 'allow',
      outbound: { maxBytes: 256 * KB },
      topics: { 'state:*': { slow: 'conflate' }, 'oldest:*': { slow: 'drop-oldest' } },
      observers: [{ dropped: (facts) => void dropped.push(facts) }],
    },
  });

async function listener({ port }: RunningNode, topic: string): Promise<RpcPeer> {
  const peer = await RpcPeer.connect(`wss://127.0.0.1:${port}/ws`, { ca: certificate.cert });
  await peer.result('subscribe', { topics: [topic] });
  return peer;
}

const numbersOf = (peer: RpcPeer): number[] => peer.pushes.map(({ params }) => (params as { n: number }).n);

/** Large pushes while the peer does not read, one in each turn of the loop; then it reads on. */
async function pushPast(node: RunningNode, peer: RpcPeer, topic: string): Promise<void> {
  dropped.length = 0;
  peer.socket.pause();
  for (let n = 0; n < PUSHES; n++) {
    await node.hub.pushToTopic(topic, 'price', { n, pad: PAD });
    await new Promise((resolve) => setImmediate(resolve));
  }
  peer.socket.resume();
  await peer.result('echo');
}

describe('over TLS', () => {
  it('a peer gets every push in order, and the answer behind them', async () => {
    await using node = await start();
    await using peer = await listener(node, 't');
    const answers = Array.from({ length: 20 }, () => peer.result('publish', { topic: 't', count: 50 }));
    expect(await Promise.all(answers)).toEqual(Array(20).fill(50));
    expect(numbersOf(peer)).toEqual(Array.from({ length: 20 }, () => [...Array(50).keys()]).flat());
  });

  it.each(['state:1', 'oldest:1'])(
    'a reader that was slow for a while gets the newest of %s, and what it missed is counted',
    async (topic) => {
      await using node = await start();
      await using peer = await listener(node, topic);
      await pushPast(node, peer, topic);
      const received = numbersOf(peer);
      expect(received.at(-1)).toBe(PUSHES - 1);
      expect(received).toEqual([...new Set(received)].sort((one, other) => one - other));
      expect(received.length + dropped.reduce((sum, { frames }) => sum + frames, 0)).toBe(PUSHES);
      expect(dropped.length).toBeGreaterThan(0);
    },
  );

  it('a peer that is sent away gets what was queued, then the close frame', async () => {
    await using node = await start();
    await using peer = await listener(node, 't');
    for (let n = 0; n < 10; n++) await node.hub.pushToTopic('t', 'price', { n, pad: PAD });
    await node.hub.kick({ kind: 'all' }, 'over');
    expect(await peer.closed).toEqual({ code: 4500, reason: 'Kicked' });
    expect(peer.pushes.map(({ method }) => method)).toEqual([...Array<string>(10).fill('price'), 'session.kicked']);
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
  });
});
