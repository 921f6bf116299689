import { APP_GUARD } from '@nestjs/core';
import { AuthenticatedGuard } from 'nestjs-realtime';
import type { RealtimeOptions, TopicRequest } from 'nestjs-realtime';
import { TopicPolicy } from 'nestjs-realtime';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

class Door {
  asked: string[] = [];

  @TopicPolicy('closed:*')
  refuse({ topic }: TopicRequest): boolean {
    this.asked.push(topic);
    return false;
  }
}

function start(options: RealtimeOptions = {}): Promise<RunningNode> {
  return startNode({ providers: [PeopleGateway, Door], options: { defaultTopicPolicy: 'allow', ...options } });
}

describe('heartbeat', () => {
  it.each([undefined, {}, [], { any: ['thing'] }, [1, null]])(
    'answers the status and the time, whatever the params: %j',
    async (params) => {
      await using node = await start();
      await using peer = await node.connect();
      const before = Math.floor(Date.now() / 1000);
      const result = (await peer.result('heartbeat', params)) as { status: string; server_time: number };
      const after = Math.floor(Date.now() / 1000);
      expect(Object.keys(result)).toEqual(['status', 'server_time']);
      expect([result.status, Number.isInteger(result.server_time)]).toEqual(['ok', true]);
      expect(result.server_time).toBeGreaterThanOrEqual(before);
      expect(result.server_time).toBeLessThanOrEqual(after);
    },
  );

  it('needs no sign-in, while the topic methods do as every other method', async () => {
    const guard = { provide: APP_GUARD, useClass: AuthenticatedGuard };
    await using node = await startNode({ providers: [guard], options: { defaultTopicPolicy: 'allow' } });
    await using peer = await node.connect();
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
    for (const method of ['subscribe', 'unsubscribe']) {
      expect((await peer.request(method, { topics: ['a'] })).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
    }
  });
});

describe('subscribe', () => {
  it('answers the topics, duplicates once, in the order in which they were asked for', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const topics = ['b', 'a', 'b', { topic: 'c' }, { topic: 'a' }, 'c'];
    expect(await peer.result('subscribe', { topics })).toEqual({ subscribed: ['b', 'a', 'c'] });
    expect(await peer.result('topics')).toEqual(['b', 'a', 'c']);
    expect(await node.hub.pushToTopic('b', 'once')).toEqual({ reached: 1 });
    await peer.settled();
    expect(peer.pushes.length).toBe(1);
  });

  it('again names the topic again, and delivers once', async () => {
    await using node = await start();
    await using peer = await node.connect();
    for (let i = 0; i < 3; i++) expect(await peer.result('subscribe', { topics: ['a'] })).toEqual({ subscribed: ['a'] });
    expect(await node.hub.pushToTopic('a', 'once')).toEqual({ reached: 1 });
    expect(node.hub.stats().topics).toBe(1);
  });

  it('names what it refused beside what it granted', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const result = await peer.result('subscribe', { topics: ['closed:1', 'open', '', 'closed:1'] });
    expect(result).toEqual({
      subscribed: ['open'],
      rejected: [
        { topic: 'closed:1', code: -32003, reason: 'PermissionDenied', message: expect.any(String) },
        { topic: '', code: -32602, reason: 'InvalidParams', message: expect.any(String) },
      ],
    });
    expect(await peer.result('topics')).toEqual(['open']);
  });

  it('fails with the first refusal if all topics are refused', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const response = await peer.request('subscribe', { topics: ['closed:1', 'a\nb'] });
    expect(response.error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
    expect((await peer.request('subscribe', { topics: ['a\nb', 'closed:1'] })).error).toMatchObject({
      code: -32602,
      reason: 'InvalidParams',
    });
    expect(await peer.result('topics')).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['256 bytes long', 'closed:'.padEnd(256, 'x')],
    ['256 bytes long in 90 characters', `closed:${'€'.repeat(83)}`],
    ['one with a control character', 'closed:\u0000'],
    ['one with an escape sequence', 'closed:\u001b[2J'],
    ['one with half of a surrogate pair', 'closed:\ud800'],
  ])('refuses a name that is %s, and asks no policy', async (_case, topic) => {
    await using node = await start();
    await using peer = await node.connect();
    const { error } = await peer.request('subscribe', { topics: [topic] });
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
    expect(await peer.result('subscribe', { topics: [topic, 'good'] })).toMatchObject({
      subscribed: ['good'],
      rejected: [{ code: -32602 }],
    });
    expect([node.app.get(Door).asked, await peer.result('topics')]).toEqual([[], ['good']]);
  });

  it('takes a name of 255 bytes, and measures by the option', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const longest = '€'.repeat(85);
    expect(await peer.result('subscribe', { topics: [longest] })).toEqual({ subscribed: [longest] });
    await using strict = await start({ limits: { topicNameBytes: 3 } });
    await using other = await strict.connect();
    expect(await other.result('subscribe', { topics: ['abc', 'abcd'] })).toMatchObject({
      subscribed: ['abc'],
      rejected: [{ topic: 'abcd' }],
    });
  });

  it.each([undefined, [], {}, { topics: 'a' }, { topics: [] }, { topics: {} }, { topics: [7] }, { topics: [null] }, { topics: [{}] }])(
    'refuses the params %j and says where they are wrong',
    async (params) => {
      await using node = await start();
      await using peer = await node.connect();
      for (const method of ['subscribe', 'unsubscribe']) {
        const { error } = await peer.request(method, params);
        expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
        expect((error?.data as { errors: { path: string }[] }).errors[0]?.path).toMatch(/^topics/);
      }
    },
  );

  it('holds the limit of topics for each session, and gives places back', async () => {
    await using node = await start({ limits: { topicsPerSession: 3 } });
    await using peer = await node.connect();
    const result = await peer.result('subscribe', { topics: ['a', 'b', 'c', 'd'] });
    expect(result).toMatchObject({ subscribed: ['a', 'b', 'c'], rejected: [{ topic: 'd', code: -32003, reason: 'PermissionDenied' }] });
    expect((await peer.request('subscribe', { topics: ['d'] })).error).toMatchObject({ data: { maxTopics: 3 } });
    expect(await peer.result('subscribe', { topics: ['a', 'b'] })).toEqual({ subscribed: ['a', 'b'] });
    await peer.result('unsubscribe', { topics: ['b'] });
    expect(await peer.result('subscribe', { topics: ['d'] })).toEqual({ subscribed: ['d'] });
    expect(await peer.result('topics')).toEqual(['a', 'c', 'd']);
  });

  it('holds the limit also against calls that are checked at the same time', async () => {
    await using node = await start({ limits: { topicsPerSession: 4 } });
    await using peer = await node.connect();
    const calls = Array.from({ length: 10 }, (_unused, i) => peer.request('subscribe', { topics: [`x${i}`, `y${i}`] }));
    const granted = (await Promise.all(calls)).flatMap(({ result }) => (result as { subscribed: string[] } | undefined)?.subscribed ?? []);
    expect(await peer.result('topics')).toEqual(granted);
    expect(granted.length).toBeLessThanOrEqual(4);
  });

  it.each(['subscribe', 'unsubscribe'])('takes 1,024 names in a call, and of one more not a single one: %s', async (method) => {
    await using node = await start({ limits: { topicsPerSession: 5_000 } });
    await using peer = await node.connect();
    const topics = Array.from({ length: 1_025 }, (_unused, index) => `t${index}`);
    const { error } = await peer.request(method, { topics });
    expect(error).toMatchObject({
      code: -32602,
      data: { errors: [{ path: 'topics', constraints: { arrayMaxSize: expect.any(String) } }] },
    });
    expect(await peer.result('topics')).toEqual([]);
    expect(await peer.result(method, { topics: topics.slice(1) })).toEqual({ [`${method}d`]: topics.slice(1) });
  });

  it.each(['subscribe', 'unsubscribe'])('answers a list of thousands of names with less than the session may hold: %s', async (method) => {
    await using node = await start();
    await using peer = await node.connect();
    const topics = Array.from({ length: 10_800 }, (_unused, index) => index.toString(36));
    const response = await peer.request(method, { topics });
    expect(JSON.stringify(response).length).toBeLessThan(2 * JSON.stringify({ topics }).length);
    expect(node.hub.stats().sessions.open).toBe(1);
  });

  it('as a notification joins without an answer', async () => {
    await using node = await start();
    await using peer = await node.connect();
    peer.notify('subscribe', { topics: ['a'] });
    expect((await peer.settled()).length).toBe(1);
    expect(await node.hub.pushToTopic('a', 'x')).toEqual({ reached: 1 });
  });
});

describe('unsubscribe', () => {
  it('leaves the topics, and names each once, also those that were not listened to', async () => {
    await using node = await start();
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['a', 'b'] });
    expect(await peer.result('unsubscribe', { topics: ['a', 'never', 'a', { topic: 'never' }] })).toEqual({ unsubscribed: ['a', 'never'] });
    expect(await peer.result('unsubscribe', { topics: ['a'] })).toEqual({ unsubscribed: ['a'] });
    expect([await peer.result('topics'), await node.hub.pushToTopic('a', 'x'), await node.hub.pushToTopic('b', 'x')]).toEqual([
      ['b'],
      { reached: 0 },
      { reached: 1 },
    ]);
  });

  it('is quiet from the reply on: no push of the topic follows', async () => {
    await using node = await start();
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['a'] });
    const publisher = setInterval(() => void node.hub.pushToTopic('a', 'tick'), 0);
    try {
      await peer.push('tick');
      await peer.result('unsubscribe', { topics: ['a'] });
      const count = peer.pushes.length;
      await peer.settled();
      const replyAt = peer.messages.findIndex(({ result }) => (result as { unsubscribed?: unknown } | undefined)?.unsubscribed);
      expect(peer.pushes.length).toBe(count);
      expect(peer.messages.slice(replyAt).filter(({ method }) => method === 'tick')).toEqual([]);
    } finally {
      clearInterval(publisher);
    }
  });
});
