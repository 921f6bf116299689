import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const clientWith = (onOpen: ClientOptions['onOpen'], options: ClientOptions = {}): RealtimeClient =>
  new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, random: () => 0.5, onOpen, ...options });

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

describe('signing in when the socket opens', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => void jest.useRealTimers());

  it('comes before the topics, and these before the calls that waited', async () => {
    const client = clientWith(async (opening) => void (await opening.call('auth.token', { token: 't' })));
    client.connect();
    const sent = client.call('chat.send', { text: 'a' });
    void client.subscribe('room:1');
    const socket = FakeWebSocket.last;
    socket.open();
    await settled();
    expect([client.state.name, socket.messages.map(({ method }) => method)]).toEqual(['connecting', ['auth.token']]);
    socket.answer({});
    await settled();
    expect([client.state.name, socket.lastMessage]).toMatchObject(['connecting', { method: 'subscribe', params: { topics: ['room:1'] } }]);
    socket.answer({ subscribed: ['room:1'] });
    await settled();
    expect([client.state.name, socket.lastMessage]).toMatchObject(['open', { method: 'chat.send' }]);
    socket.answer({ at: 1 });
    expect(await sent).toEqual({ at: 1 });
    client.close();
  });

  it('happens again after every reconnect, and knows that it is one', async () => {
    const seen: boolean[] = [];
    const client = clientWith(({ reconnected }) => void seen.push(reconnected));
    client.connect();
    for (let round = 0; round < 3; round++) {
      FakeWebSocket.last.open();
      await settled();
      FakeWebSocket.last.end(1006);
      await jest.runOnlyPendingTimersAsync();
    }
    expect(seen).toEqual([false, true, true]);
    client.close();
  });

  it.each([-32001, -32003])('closes the client for good when the server refuses with %d', async (code) => {
    const client = clientWith(async (opening) => void (await opening.call('auth.token', {})));
    client.connect();
    const failure = failureOf(client.call('whoami'));
    const socket = FakeWebSocket.last;
    socket.open();
    await settled();
    socket.refuse(code, 'The token has run out');
    await settled();
    expect(client.state).toMatchObject({
      name: 'closed',
      reason: { message: 'onOpen failed: The token has run out (auth.token)', error: { code } },
    });
    expect(socket.closedWith).toBe(1000);
    expect(await failure).toMatchObject({ code: 'NOT_CONNECTED', reason: { kind: 'sign-in-failed' } });
  });

  it.each([-32053, -32029, -32603])('is tried again later when the server fails with %d', async (code) => {
    const client = clientWith(async (opening) => void (await opening.call('auth.token', {})));
    client.connect();
    FakeWebSocket.last.open();
    await settled();
    FakeWebSocket.last.refuse(code);
    await settled();
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'sign-in-failed' } });
    client.close();
  });

  it('says that it was onOpen that failed, and in which call', async () => {
    const client = clientWith(async (opening) => void (await Promise.all([opening.call('auth.token', {}), opening.call('hello')])), {
      reconnect: false,
    });
    client.connect();
    const failure = failureOf(client.call('echo'));
    const socket = FakeWebSocket.last;
    socket.open();
    await settled();
    const [first] = socket.messages;
    socket.receive({ id: first?.id, error: { code: -32601, message: 'Method not found' } });
    await settled();
    const message = 'onOpen failed: Method not found (auth.token)';
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'sign-in-failed', message } });
    expect(await failure).toMatchObject({ message: `Not connected: ${message}`, cause: { code: -32601 } });
  });

  it('says that it was onOpen that failed where no call did', async () => {
    const client = clientWith(() => JSON.parse('no token') as void, { reconnect: false });
    client.connect();
    FakeWebSocket.last.open();
    await settled();
    expect(client.state).toMatchObject({
      reason: { message: expect.stringMatching(/^onOpen failed: Unexpected token/), error: expect.any(SyntaxError) },
    });
  });

  it('may fail with what cannot even be asked what it is', async () => {
    const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
    const client = clientWith(() => Promise.reject(proxy), { reconnect: false });
    client.connect();
    const failure = failureOf(client.whenOpen());
    revoke();
    FakeWebSocket.last.open();
    await settled();
    expect(await failure).toMatchObject({ message: 'Not connected: onOpen failed: a value of the type object' });
  });

  it('may not take longer than opening may take', async () => {
    const client = clientWith(() => new Promise(() => undefined), { connectTimeoutMs: 2_000 });
    client.connect();
    FakeWebSocket.last.open();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'timed-out' } });
    client.close();
  });

  it('cannot send on a later connection than its own', async () => {
    const outcomes: unknown[] = [];
    let goOn: () => void = () => undefined;
    const pause = new Promise<void>((resolve) => (goOn = resolve));
    const client = clientWith(async (opening) => {
      if (opening.reconnected || FakeWebSocket.made.length > 1) return;
      await pause;
      outcomes.push(opening.notify('late'));
      outcomes.push(await opening.call('late').catch((error: { code: string }) => error.code));
    });
    client.connect();
    FakeWebSocket.last.open();
    FakeWebSocket.last.end(1006);
    await jest.runOnlyPendingTimersAsync();
    FakeWebSocket.last.open();
    await settled();
    goOn();
    await settled();
    expect(outcomes).toEqual([false, 'NOT_CONNECTED']);
    expect([client.state.name, FakeWebSocket.last.sent]).toEqual(['open', []]);
    client.close();
  });
});
