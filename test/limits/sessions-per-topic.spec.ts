import { Injectable } from '@nestjs/common';
import type { Session } from 'nestjs-realtime';
import { RealtimeConfigError, TopicPolicy } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';

/** Topics that are judged when a test says so. */
@Injectable()
class SlowPolicies {
  private readonly judged: (() => void)[] = [];

  get waiting(): number {
    return this.judged.length;
  }

  release(): void {
    for (const judge of this.judged.splice(0)) judge();
  }

  @TopicPolicy('slow:*')
  async mayJoin(_session: Session): Promise<boolean> {
    await new Promise<void>((resolve) => this.judged.push(resolve));
    return true;
  }

  @TopicPolicy('secret:*')
  mayNot(): boolean {
    return false;
  }
}

const FULL = { code: -32053, reason: 'ServiceUnavailable', message: 'A topic may have at most 2 sessions' };

function start(sessionsPerTopic: number): Promise<RunningNode> {
  const options = { limits: { sessionsPerTopic }, defaultTopicPolicy: 'allow' } as const;
  return startNode({ providers: [SlowPolicies], options });
}

function connectAll(node: RunningNode, count: number): Promise<RpcPeer[]> {
  return Promise.all(Array.from({ length: count }, () => node.connect()));
}

const listeners = async (node: RunningNode, topic: string): Promise<number> => (await node.hub.pushToTopic(topic, 'count')).reached;

describe('limits.sessionsPerTopic', () => {
  it('lets so many sessions join, and one more when one has left', async () => {
    await using node = await start(2);
    const [one, two, three] = (await connectAll(node, 3)) as [RpcPeer, RpcPeer, RpcPeer];
    for (const peer of [one, two]) expect(await peer.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
    expect((await three.request('subscribe', { topics: ['t'] })).error).toEqual({ ...FULL, data: { maxSessions: 2 } });
    await one.result('unsubscribe', { topics: ['t'] });
    expect(await three.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
    expect(await listeners(node, 't')).toBe(2);
  });

  it('frees the place of a session that is gone', async () => {
    await using node = await start(1);
    const [one, two] = (await connectAll(node, 2)) as [RpcPeer, RpcPeer];
    await one.result('subscribe', { topics: ['t'] });
    one.socket.terminate();
    await eventually(async () => expect(await two.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] }));
  });

  it('refuses one topic and grants the others', async () => {
    await using node = await start(2);
    const [one, two, three] = (await connectAll(node, 3)) as [RpcPeer, RpcPeer, RpcPeer];
    for (const peer of [one, two]) await peer.result('subscribe', { topics: ['full'] });
    expect(await three.result('subscribe', { topics: ['a', 'full', 'b'] })).toEqual({
      subscribed: ['a', 'b'],
      rejected: [{ topic: 'full', ...FULL }],
    });
  });

  it('does not count a session that listens already', async () => {
    await using node = await start(2);
    const [one, two] = (await connectAll(node, 2)) as [RpcPeer, RpcPeer];
    for (const peer of [one, two, one]) expect(await peer.result('subscribe', { topics: ['t'] })).toEqual({ subscribed: ['t'] });
  });

  it('holds for subscriptions that are judged at the same time', async () => {
    await using node = await start(2);
    const policies = node.app.get(SlowPolicies);
    const peers = await connectAll(node, 5);
    const responses = peers.map((peer) => peer.request('subscribe', { topics: ['slow:t'] }));
    await eventually(() => expect(policies.waiting).toBe(5));
    policies.release();
    const answers = await Promise.all(responses);
    expect(answers.filter(({ result }) => result !== undefined).map(({ result }) => result)).toEqual(
      Array(2).fill({ subscribed: ['slow:t'] }),
    );
    const refusals = answers.flatMap(({ error }) => error ?? []);
    expect(refusals).toEqual(Array(3).fill({ ...FULL, data: { maxSessions: 2 } }));
    expect(await listeners(node, 'slow:t')).toBe(2);
  });

  it('names a topic whose last place was taken meanwhile beside those that were granted', async () => {
    await using node = await start(2);
    const policies = node.app.get(SlowPolicies);
    const [one, two, three] = (await connectAll(node, 3)) as [RpcPeer, RpcPeer, RpcPeer];
    const late = three.result('subscribe', { topics: ['t', 'slow:t', 'secret:t'] });
    await eventually(() => expect(policies.waiting).toBe(1));
    for (const peer of [one, two]) await peer.result('subscribe', { topics: ['t'] });
    policies.release();
    const denied = { topic: 'secret:t', code: -32003, reason: 'PermissionDenied', message: expect.any(String) };
    expect(await late).toEqual({ subscribed: ['slow:t'], rejected: [denied, { topic: 't', ...FULL }] });
  });

  it('does not tell those who may not listen how many do', async () => {
    await using node = await start(1);
    await node.connect();
    expect(await node.hub.subscribe({ kind: 'all' }, 'secret:t')).toEqual({ count: 1, missingNodes: [] });
    const stranger = await node.connect();
    expect((await stranger.request('subscribe', { topics: ['secret:t'] })).error?.code).toBe(-32003);
  });

  it('does not bind the server itself', async () => {
    await using node = await start(1);
    await connectAll(node, 3);
    expect(await node.hub.subscribe({ kind: 'all' }, 't')).toEqual({ count: 3, missingNodes: [] });
  });

  it('is off when it is 0, and must be a whole number', async () => {
    await using node = await start(0);
    const peers = await connectAll(node, 20);
    await Promise.all(peers.map((peer) => peer.result('subscribe', { topics: ['t'] })));
    expect(await listeners(node, 't')).toBe(20);
    await expect(start(-1)).rejects.toThrow(RealtimeConfigError);
  });
});
