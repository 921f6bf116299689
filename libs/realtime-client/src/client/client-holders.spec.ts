import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { UntypedContract } from '../calls/contract.js';
import type { TopicEvent } from '../calls/push.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
const unsubscribes = (socket: FakeWebSocket): unknown[] => socket.messages.filter(({ method }) => method === 'unsubscribe');

describe('those who hold a topic of a client', () => {
  let client: RealtimeClient;
  let faults: unknown[];
  let told: Record<string, string[]>;

  const socket = (): FakeWebSocket => FakeWebSocket.last;
  const open = async (): Promise<void> => {
    client.connect();
    socket().open();
    await settled();
  };
  const confirm = async (): Promise<void> => {
    await settled();
    socket().answer({ subscribed: (socket().lastMessage.params as { topics: string[] }).topics });
    await settled();
  };
  const push = (text: string): void => socket().receive({ method: 'message', params: { text }, topic: 'a' });
  const listenerOf =
    (name: string) =>
    (event: TopicEvent<UntypedContract['pushes']>): void => {
      (told[name] ??= []).push(event.kind === 'push' ? (event.params as { text: string }).text : event.kind);
    };

  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
    told = {};
    faults = [];
    client = new RealtimeClient('ws://example.com/ws', {
      webSocket: FakeWebSocket,
      heartbeat: { intervalMs: 0 },
      onFault: (fault) => void faults.push(fault),
    });
  });

  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('do not make each other deaf: the server is told by the last one', async () => {
    await open();
    const first = client.subscribe('a', listenerOf('first'));
    const second = client.subscribe('a', listenerOf('second'));
    await confirm();
    await first.unsubscribe();
    await first.unsubscribe();
    push('hello');
    expect([told, unsubscribes(socket())]).toEqual([{ second: ['hello'] }, []]);
    const left = (await second).unsubscribe();
    await settled();
    expect(socket().lastMessage).toMatchObject({ method: 'unsubscribe', params: { topics: ['a'] } });
    socket().answer({ unsubscribed: ['a'] });
    await left;
    push('late');
    expect(told).toEqual({ second: ['hello'] });
  });

  it('without a listener are let go one by one by the name of the topic', async () => {
    await open();
    const both = Promise.all([client.subscribe('a'), client.subscribe('a')]);
    void client.subscribe('a', listenerOf('listener'));
    await confirm();
    await both;
    await client.unsubscribe('a');
    await client.unsubscribe('a');
    await client.unsubscribe('a');
    push('still there');
    expect([told, unsubscribes(socket())]).toEqual([{ listener: ['still there'] }, []]);
  });

  it('are harmed by no listener that throws', async () => {
    await open();
    void client.subscribe('a', () => {
      throw new Error('mine');
    });
    void client.subscribe('a', listenerOf('other'));
    await confirm();
    push('hello');
    expect([told, faults]).toEqual([{ other: ['hello'] }, [new Error('mine')]]);
  });

  it('are told of a refusal by their listeners, and nobody has to await it', async () => {
    await open();
    const seen: string[] = [];
    client.onTopic('a', ({ kind }) => void seen.push(kind));
    const held = client.subscribe('a', listenerOf('holder'));
    await settled();
    socket().refuse(-32003, 'no');
    await settled();
    expect([told, seen]).toEqual([{ holder: ['ended'] }, []]);
    await held.unsubscribe();
    expect(socket().sent.length).toBe(1);
  });

  it('hear a push that came in the same read as the answer, also if they listen only behind it', async () => {
    await open();
    const subscribed = client.subscribe('a').then(() => client.onTopic('a', listenerOf('behind')));
    void client.subscribe('a', listenerOf('with'));
    await settled();
    socket().answer({ subscribed: ['a'] });
    push('first');
    push('second');
    await settled();
    await subscribed;
    expect(told).toEqual({ behind: ['first', 'second'], with: ['first', 'second'] });
    push('third');
    expect(told['behind']).toEqual(['first', 'second', 'third']);
  });

  it('hear it before the answers that came behind it', async () => {
    await open();
    const order: string[] = [];
    const called = client.call('echo').then(() => order.push('answer'));
    const { id } = socket().lastMessage;
    void client.subscribe('a', ({ kind }) => void order.push(kind));
    await settled();
    socket().answer({ subscribed: ['a'] });
    push('first');
    socket().receive({ id, result: null });
    await settled();
    await called;
    expect(order).toEqual(['push', 'answer']);
  });

  it.each([
    ['breaks', () => socket().end(1006)],
    ['is closed', () => client.close()],
    ['is made anew', () => client.reconnect()],
  ])('lose no early push if the connection %s in the same read', async (_how, end) => {
    await open();
    void client.subscribe('a', listenerOf('holder'));
    await settled();
    socket().answer({ subscribed: ['a'] });
    push('first');
    end();
    expect(told).toEqual({ holder: ['first'] });
  });

  it('make the client leave a topic whose answer it cannot understand', async () => {
    await open();
    const failure = failureOf(client.subscribe('a'));
    await settled();
    socket().answer({ success: true, data: { subscribed: ['a'] } });
    expect(await failure).toMatchObject({ code: 'BAD_ANSWER' });
    expect(socket().lastMessage).toMatchObject({ method: 'unsubscribe', params: { topics: ['a'] } });
  });

  it('may come before the connection: the topic is asked for when there is one', async () => {
    const held = client.subscribe('a');
    await open();
    expect(socket().messages).toMatchObject([{ method: 'subscribe', params: { topics: ['a'] } }]);
    await confirm();
    expect(await held).toMatchObject({ topic: 'a' });
  });

  it('keep their topic over connect, subscribe, close and connect', async () => {
    client.connect();
    void client.subscribe('a', listenerOf('holder'));
    client.close();
    await open();
    await confirm();
    push('hello');
    expect(told).toEqual({ holder: ['hello'] });
  });

  it('do not hold up the opening with a topic that the server takes long to think about', async () => {
    await open();
    void client.subscribe('a', listenerOf('holder'));
    await confirm();
    socket().end(1006);
    await jest.runOnlyPendingTimersAsync();
    socket().open();
    await jest.advanceTimersByTimeAsync(900);
    expect(client.state.name).toBe('connecting');
    await jest.advanceTimersByTimeAsync(100);
    expect(client.state.name).toBe('open');
    await jest.advanceTimersByTimeAsync(20_000);
    await confirm();
    expect([client.state.name, told]).toEqual(['open', { holder: ['gap'] }]);
  });

  it('are bounded, and those beyond it are told', async () => {
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, limits: { topics: 1 } });
    void client.subscribe('a', listenerOf('a'));
    void client.subscribe('b', listenerOf('b'));
    await expect(client.subscribe('a')).rejects.toMatchObject({ code: 'TOO_MANY_CALLS' });
    expect(told).toEqual({ b: ['ended'] });
  });
});
