/** The reply to `subscribe` is on the wire before the first push that it causes. */
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { RpcCall, TopicRequest } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import type { Observable } from 'rxjs';
import { from, map, mergeMap } from 'rxjs';
import { eventually } from '../support/eventually.js';
import type { RpcPeer, WireMessage } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class SlowPolicy {
  /** Takes some turns of the event loop, more for some topics than for others. */
  @TopicPolicy('slow:*')
  async ask({ wildcards }: TopicRequest): Promise<boolean> {
    for (let i = 0; i < Number(wildcards[0]); i++) await turnOfTheLoop();
    return true;
  }
}

@RpcGateway()
class PublishGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  async publish({ topic }: { topic: string }): Promise<number> {
    return (await this.hub.pushToTopic(topic, 'published')).reached;
  }

  /** Publishes without a promise in between. */
  @RpcMethod()
  publishNow({ topic }: { topic: string }): string {
    void this.hub.pushToTopic(topic, 'published');
    return 'now';
  }

  /** A result that publishes while it is encoded. */
  @RpcMethod()
  publishLate({ topic }: { topic: string }): unknown {
    return { toJSON: () => (void this.hub.pushToTopic(topic, 'published'), 'late') };
  }

  /** Answers with the name of a topic, and joins it when the answer is on its way, as `eth_subscribe` does. */
  @RpcMethod()
  watch({ topic }: { topic: string }, call: RpcCall): { subscribed: string[] } {
    call.afterReply(() => {
      void this.hub.subscribe({ kind: 'session', sessionId: call.session.id }, topic);
      void this.hub.pushToTopic(topic, 'tick');
    });
    return { subscribed: [topic] };
  }
}

/** Holds every result back for some turns of the event loop. */
class DelayInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(mergeMap((value) => from(Promise.all([turnOfTheLoop(), turnOfTheLoop()])).pipe(map(() => value as unknown))));
  }
}

const providers = [SlowPolicy, PublishGateway];
const options = {
  defaultTopicPolicy: 'allow',
  limits: { topicsPerSession: 1000 },
  outbound: { maxFrames: 100_000, maxBytes: 1e8 },
} as const;

/** Publishes in every turn of the event loop until it is disposed: from a timer, from a promise, from a nextTick. */
function publishers(node: RunningNode, topics: readonly string[]): Disposable & { readonly rounds: number } {
  let on = true;
  let rounds = 0;
  const all = (): void => {
    for (const topic of topics) void node.hub.pushToTopic(topic, 'tick', { topic });
  };
  const again = (): void => {
    if (!on) return;
    rounds++;
    all();
    void Promise.resolve().then(all);
    process.nextTick(all);
    setImmediate(again);
  };
  again();
  return {
    get rounds() {
      return rounds;
    },
    [Symbol.dispose]: () => void (on = false),
  };
}

/** The topics of a message that answers `subscribe`; of one in a batch too. */
function grantedIn(frame: string): string[] {
  const value = JSON.parse(frame) as WireMessage | WireMessage[];
  return [value].flat().flatMap(({ result }) => (result as { subscribed?: string[] } | undefined)?.subscribed ?? []);
}

/** Topics whose push came in before the reply that granted them. */
function tooEarly(peer: RpcPeer): string[] {
  const granted = new Set<string>();
  const early: string[] = [];
  for (const frame of peer.frames) {
    for (const topic of grantedIn(frame)) granted.add(topic);
    const { topic } = JSON.parse(frame) as WireMessage;
    if (topic !== undefined && !granted.has(topic)) early.push(topic);
  }
  return early;
}

describe('the reply to subscribe comes before the first push', () => {
  it.each([
    ['at once', ['a', 'b', 'c']],
    ['after slow policies', ['slow:1', 'slow:2', 'slow:0', 'slow:5']],
    ['mixed', ['a', 'slow:3', 'b']],
  ])('while others publish without a pause: %s', async (_case, topics) => {
    await using node = await startNode({ providers, options });
    using publishing = publishers(node, topics);
    for (let round = 0; round < 10; round++) {
      await using peer = await node.connect();
      const requests = [peer.request('subscribe', { topics }), ...topics.map((topic) => peer.request('subscribe', { topics: [topic] }))];
      await Promise.all(requests);
      await peer.push('tick');
      expect(tooEarly(peer)).toEqual([]);
    }
    expect(publishing.rounds).toBeGreaterThan(10);
  });

  it('while an interceptor holds the reply back', async () => {
    await using node = await startNode({ providers: [...providers, { provide: APP_INTERCEPTOR, useClass: DelayInterceptor }], options });
    using publishing = publishers(node, ['a', 'slow:2']);
    for (let round = 0; round < 10; round++) {
      await using peer = await node.connect();
      await peer.request('subscribe', { topics: ['a', 'slow:2'] });
      await peer.push('tick');
      expect(tooEarly(peer)).toEqual([]);
    }
    expect(publishing.rounds).toBeGreaterThan(10);
  });

  it.each(['publish', 'publishNow', 'publishLate'])('in a batch together with %s', async (method) => {
    await using node = await startNode({ providers, options });
    for (const topic of ['a', 'slow:0', 'slow:2']) {
      const subscribe = { jsonrpc: '2.0', id: 's', method: 'subscribe', params: { topics: [topic] } };
      const publish = { jsonrpc: '2.0', id: 'p', method, params: { topic } };
      for (const batch of [
        [subscribe, publish],
        [publish, subscribe],
        [publish, subscribe, publish, subscribe].map((item, index) => ({ ...item, id: index })),
      ]) {
        await using peer = await node.connect();
        using publishing = publishers(node, [topic]);
        peer.send(batch);
        await peer.push('tick');
        expect(peer.frames.filter((frame) => frame.startsWith('[')).length).toBe(1);
        expect(tooEarly(peer)).toEqual([]);
        expect(publishing.rounds).toBeGreaterThan(0);
      }
    }
  });

  it('pipelined with a call that publishes, in one segment or many', async () => {
    await using node = await startNode({ providers, options });
    for (const method of ['publish', 'publishNow', 'publishLate']) {
      await using peer = await node.connect();
      const topics = Array.from({ length: 30 }, (_unused, index) => `t${index}`);
      for (const topic of topics) {
        peer.send({ jsonrpc: '2.0', id: `s ${topic}`, method: 'subscribe', params: { topics: [topic] } });
        peer.send({ jsonrpc: '2.0', id: `p ${topic}`, method, params: { topic } });
      }
      for (const topic of topics) await peer.response(`p ${topic}`);
      await peer.settled();
      expect(tooEarly(peer)).toEqual([]);
    }
  });

  it('also if a method of the app subscribes its caller, alone or in a batch', async () => {
    await using node = await startNode({ providers, options });
    using publishing = publishers(node, ['a', 'b']);
    for (let round = 0; round < 10; round++) {
      await using peer = await node.connect();
      await peer.request('watch', { topic: 'a' });
      peer.send([
        { jsonrpc: '2.0', id: 'w', method: 'watch', params: { topic: 'b' } },
        { jsonrpc: '2.0', id: 'p', method: 'publishNow', params: { topic: 'b' } },
      ]);
      await eventually(() => expect(peer.messages.some(({ topic }) => topic === 'b')).toBe(true));
      expect(tooEarly(peer)).toEqual([]);
    }
    expect(publishing.rounds).toBeGreaterThan(10);
  });

  it('and nothing that is published after the reply is missed', async () => {
    await using node = await startNode({ providers, options });
    await using peer = await node.connect();
    for (let round = 0; round < 20; round++) {
      await peer.request('subscribe', { topics: [`slow:${round % 4}`, `t${round}`] });
      expect(await node.hub.pushToTopic(`t${round}`, 'now', { round })).toEqual({ reached: 1 });
    }
    await peer.settled();
    expect(peer.pushes.map(({ params }) => (params as { round: number }).round)).toEqual([...Array(20).keys()]);
  });

  it('and a subscription that is taken back before its reply does not join', async () => {
    await using node = await startNode({ providers, options });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: ['slow:10'] } });
    peer.notify('$/cancelRequest', { id: 1 });
    expect((await peer.response(1)).error?.code).toBe(-32800);
    for (let i = 0; i < 20; i++) await peer.settled();
    await eventually(() => expect(node.hub.sessionsOfTopic('slow:10')).toEqual([]));
    expect(await node.hub.pushToTopic('slow:10', 'x')).toEqual({ reached: 0 });
  });
});
