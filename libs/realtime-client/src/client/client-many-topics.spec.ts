import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

/** A server that confirms every topic that it is asked for, once each. */
class Confirming {
  private answered = 0;

  async confirm(): Promise<void> {
    const { sent, messages } = FakeWebSocket.last;
    for (; this.answered < sent.length; this.answered++) {
      const { id, params } = messages[this.answered] as { id: number; params: { topics: string[] } };
      FakeWebSocket.last.receive({ id, result: { subscribed: params.topics, unsubscribed: params.topics } });
    }
    // Each answer has a turn of its own.
    await jest.advanceTimersByTimeAsync(100);
  }
}

const topicsOf = (socket: FakeWebSocket): string[][] => socket.messages.map(({ params }) => (params as { topics: string[] }).topics);

const bytesOf = (text: string): number => Buffer.byteLength(text);

describe('many topics of a client', () => {
  let client: RealtimeClient;
  let server: Confirming;

  const open = async (): Promise<void> => {
    FakeWebSocket.last.open();
    server = new Confirming();
    await settled();
  };
  const start = async (limits: ClientOptions['limits'], options: ClientOptions = {}): Promise<void> => {
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, heartbeat: { intervalMs: 0 }, limits, ...options });
    client.connect();
    await open();
  };
  const subscribeOneByOne = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const subscribed = client.subscribe(name);
      await settled();
      await server.confirm();
      await subscribed;
    }
  };
  const cut = async (): Promise<void> => {
    FakeWebSocket.last.end(1006);
    await jest.runOnlyPendingTimersAsync();
  };

  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('are asked for in as few calls as the frames of the server allow', async () => {
    await start({ frameBytes: 1_000 });
    const outcomes = Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => client.subscribe(name.repeat(255))));
    await settled();
    expect(topicsOf(FakeWebSocket.last).map(({ length }) => length)).toEqual([3, 2]);
    await server.confirm();
    await outcomes;
  });

  it.each([
    ['long names', 'x'.repeat(1_009)],
    ['names of quotes', '"'.repeat(245)],
    ['names of emoji', '😀'.repeat(60)],
  ])('with %s fit their frames, at first and after a reconnect', async (_what, text) => {
    await start({ frameBytes: 4_000 });
    const names = Array.from({ length: 30 }, (_, n) => `${n}:${text}`);
    const ended: unknown[] = [];
    for (const name of names) client.onTopic(name, (event) => event.kind === 'ended' && ended.push(event));
    const all = Promise.all(names.map((name) => client.subscribe(name)));
    await settled();
    await server.confirm();
    await all;
    await cut();
    await open();
    expect(FakeWebSocket.last.sent.every((frame) => bytesOf(frame) <= 4_000)).toBe(true);
    await server.confirm();
    expect([client.state.name, client.topics, ended]).toEqual(['open', names, []]);
  });

  it('do without the one whose name fits no frame', async () => {
    await start({ frameBytes: 1_000 });
    const outcomes = Promise.allSettled(['a', 'b'.repeat(1_000), 'c'].map((name) => client.subscribe(name)));
    await settled();
    await server.confirm();
    expect(await outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'FRAME_TOO_LARGE' } }, { status: 'fulfilled' }]);
    expect(client.topics).toEqual(['a', 'c']);
  });

  it('wait for one another where only one call may wait for its answer', async () => {
    await start({ frameBytes: 1_000, pendingCalls: 1 });
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => name.repeat(500));
    await subscribeOneByOne(names);
    await cut();
    await open();
    for (let round = 0; round < names.length; round++) await server.confirm();
    expect([client.state.name, client.topics]).toEqual(['open', names]);
  });

  it('are let go while they wait for one another', async () => {
    await start({ frameBytes: 1_000, pendingCalls: 1 });
    const first = client.subscribe('a'.repeat(900));
    const second = failureOf(client.subscribe('b'.repeat(900)));
    await settled();
    const left = client.unsubscribe('b'.repeat(900));
    await left;
    expect(await second).toMatchObject({ code: 'UNSUBSCRIBED' });
    await server.confirm();
    await first;
    expect(topicsOf(FakeWebSocket.last)).toEqual([['a'.repeat(900)]]);
  });

  it('are asked for on the next connection if nothing can leave on this one', async () => {
    await start({});
    const ended: unknown[] = [];
    client.onTopic('a', (event) => event.kind === 'ended' && ended.push(event));
    await subscribeOneByOne(['a']);
    await cut();
    FakeWebSocket.last.bufferedAmount = 2_000_000;
    await open();
    const message = expect.stringMatching(/^The topics could not be asked for: More than 1048576 characters/);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'lost', message } });
    await jest.runOnlyPendingTimersAsync();
    await open();
    await server.confirm();
    expect([client.state.name, client.topics, ended]).toEqual(['open', ['a'], []]);
  });

  it('are all asked for on the next connection if a listener of one of them closes the client', async () => {
    await start({});
    const names = ['a', 'b', 'c'];
    await subscribeOneByOne(names);
    const stop = client.onTopic('a', () => client.close());
    await cut();
    await open();
    await server.confirm();
    expect([client.state.name, client.topics]).toEqual(['closed', []]);
    stop();
    const gaps: string[] = [];
    for (const name of names) client.onTopic(name, ({ kind }) => gaps.push(`${name}: ${kind}`));
    client.connect();
    await open();
    await server.confirm();
    expect([client.topics, gaps]).toEqual([names, ['a: gap', 'b: gap', 'c: gap']]);
  });

  it('are asked for on the next connection if this one begins to close meanwhile', async () => {
    await start(
      {},
      { onOpen: ({ reconnected }) => (reconnected && FakeWebSocket.made.length === 2 ? FakeWebSocket.last.beginToClose() : undefined) },
    );
    await subscribeOneByOne(['a']);
    await cut();
    await open();
    await cut();
    await open();
    await server.confirm();
    expect([client.state.name, client.topics]).toEqual(['open', ['a']]);
  });
});
