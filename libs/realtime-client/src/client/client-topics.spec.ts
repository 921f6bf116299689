import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { IncomingPush, TopicEvent } from '../calls/push.js';
import { RealtimeClient } from './client.js';
import type { UntypedContract } from '../calls/contract.js';

type AnyTopicEvent = TopicEvent<UntypedContract['pushes']>;

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

describe('the topics of a client', () => {
  let client: RealtimeClient;
  let events: AnyTopicEvent[];

  const socket = (): FakeWebSocket => FakeWebSocket.last;
  const confirm = async (): Promise<void> => {
    const { topics } = socket().lastMessage.params as { topics: string[] };
    socket().answer({ subscribed: topics });
    await settled();
  };
  const reconnect = async (): Promise<void> => {
    await jest.runOnlyPendingTimersAsync();
    socket().open();
    await settled();
  };

  beforeEach(async () => {
    jest.useFakeTimers({ now: 1_000_000 });
    FakeWebSocket.forget();
    events = [];
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, heartbeat: { intervalMs: 0 }, limits: { topics: 3 } });
    client.onTopic('a', (event) => events.push(event));
    client.connect();
    socket().open();
    await settled();
  });

  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('are asked for in one call for one turn, and are there when the server says so', async () => {
    const both = Promise.all([client.subscribe('a'), client.subscribe('b'), client.subscribe('a')]);
    await settled();
    expect(socket().messages).toMatchObject([{ method: 'subscribe', params: { topics: ['a', 'b'] } }]);
    expect(client.topics).toEqual([]);
    await confirm();
    await both;
    await client.subscribe('a');
    expect([client.topics, socket().sent.length]).toEqual([['a', 'b'], 1]);
  });

  it('bring their pushes to those who listen to the topic or to the method', async () => {
    const byMethod: IncomingPush[] = [];
    const stop = client.on('message', (_params, push) => byMethod.push(push));
    const push = { method: 'message', params: { n: 1 }, topic: 'a', offset: 5 };
    socket().receive(push);
    socket().receive({ ...push, topic: 'other' });
    socket().receive({ method: 'message', params: [] });
    stop();
    socket().receive(push);
    expect(events).toEqual([
      { kind: 'push', ...push },
      { kind: 'push', ...push },
    ]);
    expect(byMethod).toEqual([push, { ...push, topic: 'other' }, { method: 'message', params: [] }]);
  });

  it('refuse one by one', async () => {
    const outcomes = Promise.allSettled([client.subscribe('a'), client.subscribe('b')]);
    await settled();
    socket().answer({ subscribed: ['a'], rejected: [{ topic: 'b', code: -32003, reason: 'PermissionDenied', message: 'no' }] });
    expect(await outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { code: -32003 } }]);
    const failure = failureOf(client.subscribe('b'));
    await settled();
    socket().refuse(-32001);
    expect(await failure).toMatchObject({ code: -32001 });
    expect([client.topics, events]).toEqual([['a'], []]);
  });

  it('are asked for again after a reconnect, and say since when pushes may be missing', async () => {
    void client.subscribe('a');
    void client.subscribe('b');
    await settled();
    await confirm();
    await jest.advanceTimersByTimeAsync(60_000);
    socket().receive({ method: 'message', topic: 'b' });
    await jest.advanceTimersByTimeAsync(5_000);
    socket().end(1006);
    expect(client.topics).toEqual([]);
    await reconnect();
    expect(socket().messages).toMatchObject([{ method: 'subscribe', params: { topics: ['a', 'b'] } }]);
    expect([client.state.name, events]).toEqual(['connecting', []]);
    await confirm();
    expect(client.state.name).toBe('open');
    expect(events).toEqual([{ kind: 'gap', topic: 'a', reason: 'reconnected', sinceMs: 1_060_000, untilMs: Date.now() }]);
  });

  it('say it when the server does not give them back', async () => {
    void client.subscribe('a');
    await settled();
    await confirm();
    socket().end(1006);
    await reconnect();
    socket().refuse(-32003, 'no more');
    await settled();
    expect(events).toMatchObject([{ kind: 'ended', topic: 'a', error: { code: -32003, message: 'no more' } }]);
    expect([client.state.name, client.topics]).toEqual(['open', []]);
  });

  it('pass on the gaps that the server announces', async () => {
    socket().receive({ method: 'topic.gap', params: { topic: 'a', from: 1, to: 4, reason: 'overflow' } });
    expect(events).toMatchObject([{ kind: 'gap', topic: 'a', reason: 'overflow' }]);
  });

  it('are waited for when the connection breaks before the answer', async () => {
    const subscribed = client.subscribe('a');
    await settled();
    socket().end(1006);
    await reconnect();
    await confirm();
    await subscribed;
    expect(events).toEqual([]);
  });

  it('are left when nobody wants them, and not asked for again', async () => {
    void client.subscribe('a');
    await settled();
    await confirm();
    const left = client.unsubscribe('a');
    await settled();
    expect(socket().lastMessage).toMatchObject({ method: 'unsubscribe', params: { topics: ['a'] } });
    socket().answer({ unsubscribed: ['a'] });
    await left;
    await client.unsubscribe('a');
    socket().end(1006);
    await reconnect();
    expect([client.state.name, socket().sent]).toEqual(['open', []]);
  });

  it('end up as the last wish was, however wishes and answers cross', async () => {
    const failure = failureOf(client.subscribe('a'));
    await settled();
    const left = client.unsubscribe('a');
    expect(await failure).toMatchObject({ code: 'UNSUBSCRIBED' });
    await confirm();
    expect(socket().lastMessage).toMatchObject({ method: 'unsubscribe' });
    const again = client.subscribe('a');
    await left;
    socket().answer({ unsubscribed: ['a'] });
    await settled();
    expect(socket().lastMessage).toMatchObject({ method: 'subscribe' });
    await confirm();
    await again;
    expect(client.topics).toEqual(['a']);
  });

  it('are let go when the server does not answer in time, in case it had taken them', async () => {
    const failure = failureOf(client.subscribe('a'));
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await failure).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(socket().lastMessage).toMatchObject({ method: 'unsubscribe', params: { topics: ['a'] } });
  });

  it('are bounded', async () => {
    const wanted = Promise.allSettled(['a', 'b', 'c', 'd'].map((topic) => client.subscribe(topic)));
    await settled();
    await confirm();
    expect(await wanted).toMatchObject([{}, {}, {}, { reason: { code: 'TOO_MANY_CALLS' } }]);
  });

  it('are kept while the client is closed, also those that were never confirmed: the next connection asks for them', async () => {
    void client.subscribe('a');
    await settled();
    await confirm();
    const failure = failureOf(client.subscribe('b'));
    client.close();
    expect(await failure).toMatchObject({ code: 'NOT_CONNECTED' });
    await expect(client.subscribe('c')).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    await client.unsubscribe('b');
    client.connect();
    socket().open();
    await settled();
    expect(socket().messages).toMatchObject([{ params: { topics: ['a', 'c'] } }]);
  });
});
