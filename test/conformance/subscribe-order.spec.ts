import { RpcGateway, TopicPolicy } from 'nestjs-realtime';
import { startConformanceNode } from './conformance-node.js';
import { exchange } from './exchange.js';

const OPEN_TOPICS = { options: { defaultTopicPolicy: 'allow' } } as const;

@RpcGateway()
class SlowPolicy {
  /** Takes its time, as one that asks a database. */
  @TopicPolicy('slow:*')
  async may(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}

/** The frames in order: the names of pushes, the ids of replies. */
function order(frames: readonly string[]): unknown[] {
  return frames.map((frame) => JSON.parse(frame) as { method?: string; id?: unknown }).map(({ method, id }) => method ?? id);
}

function subscribe(topic: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'subscribe', params: { topics: [topic] } });
}

function publish(topic: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 'publish', method: 'push.to.topic', params: { topic } });
}

describe('the reply to subscribe', () => {
  it('comes before a push that the same peer causes with the same write [C23]', async () => {
    await using node = await startConformanceNode(OPEN_TOPICS);
    await using peer = await node.connect();
    const publishes = Array.from({ length: 20 }, () => publish('a'));
    const together = order(await exchange(peer, ...publishes.slice(10), subscribe('a'), ...publishes.slice(10)));
    const pushAt = together.indexOf('news');
    expect(pushAt === -1 || pushAt > together.indexOf('subscribe')).toBe(true);
    expect(order(await exchange(peer, publish('a')))).toEqual(['news', 'publish']);
  });

  it('comes before pushes that follow within one batch [C23]', async () => {
    await using node = await startConformanceNode(OPEN_TOPICS);
    await using peer = await node.connect();
    const frames = await exchange(peer, `[${subscribe('a')},${publish('a')}]`);
    const replyAt = frames.findIndex((frame) => frame.startsWith('['));
    const pushAt = frames.findIndex((frame) => frame.includes('"news"'));
    expect(replyAt).toBe(0);
    expect(pushAt === -1 || pushAt > replyAt).toBe(true);
  });

  it('comes before pushes of others who never stop, also when a policy takes its time [C23]', async () => {
    await using node = await startConformanceNode({ ...OPEN_TOPICS, providers: [SlowPolicy] });
    await using peer = await node.connect();
    let stop = false;
    const publisher = (async () => {
      while (!stop) {
        await node.hub.pushToTopic('slow:a', 'news', {});
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    peer.send(subscribe('slow:a'));
    await peer.push('news');
    stop = true;
    await publisher;
    expect(order(peer.frames).slice(0, 2)).toEqual(['subscribe', 'news']);
  });

  it('that is refused is followed by no push [C23]', async () => {
    await using node = await startConformanceNode({ options: { defaultTopicPolicy: 'deny' } });
    await using peer = await node.connect();
    expect(order(await exchange(peer, subscribe('a')))).toEqual(['subscribe']);
    expect(order(await exchange(peer, publish('a')))).toEqual(['publish']);
  });
});
