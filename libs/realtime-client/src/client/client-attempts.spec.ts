import { jest } from '@jest/globals';
import { RpcError } from 'nestjs-realtime-protocol';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

describe('an attempt of a client to connect', () => {
  let client: RealtimeClient;

  const clientWith = (url: string | (() => string | Promise<string>), options: ClientOptions = {}): RealtimeClient =>
    (client = new RealtimeClient(url, { webSocket: FakeWebSocket, random: () => 0.5, ...options }));

  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('asks for the address and the subprotocols each time', async () => {
    let token = 0;
    clientWith(async () => `ws://example.com/ws?try=${++token}`, { protocols: () => ['jsonrpc', `bearer.${token}`] });
    client.connect();
    expect(client.state).toEqual({ name: 'connecting', attempt: 1 });
    await settled();
    FakeWebSocket.last.end(1006);
    await jest.advanceTimersByTimeAsync(500);
    expect(FakeWebSocket.made.map(({ url, protocols }) => [url, ...protocols])).toEqual([
      ['ws://example.com/ws?try=1', 'jsonrpc', 'bearer.1'],
      ['ws://example.com/ws?try=2', 'jsonrpc', 'bearer.2'],
    ]);
  });

  const failing: [string, () => string | Promise<string>, string][] = [
    [
      'throws',
      () => {
        throw new Error('no network');
      },
      'no network',
    ],
    ['rejects', async () => Promise.reject(new Error('no network')), 'no network'],
    ['gives no address', () => 'http://example.com', 'url must begin with ws:// or wss://'],
  ];
  it.each(failing)('fails if a function %s, and is made again after the usual wait', async (_how, url, message) => {
    clientWith(url);
    client.connect();
    await settled();
    const reason = { kind: 'not-prepared', message: `url or protocols failed: ${message}` };
    expect(client.state).toMatchObject({ name: 'waiting', attempt: 1, delayMs: 250, reason });
    await jest.advanceTimersByTimeAsync(250);
    expect(client.state).toMatchObject({ name: 'waiting', attempt: 2, delayMs: 500 });
    expect(FakeWebSocket.made).toEqual([]);
  });

  it('is the last one if a function says that nobody is signed in', async () => {
    clientWith(() => {
      throw RpcError.of('Unauthorized', 'Signed out');
    });
    client.connect();
    await settled();
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'not-prepared', error: { code: -32001 } } });
  });

  it('ends in time if a function does not answer, and an answer that comes later opens nothing', async () => {
    let answer: (url: string) => void = () => undefined;
    clientWith(() => new Promise((resolve) => (answer = resolve)), { connectTimeoutMs: 3_000, reconnect: false });
    client.connect();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'timed-out' } });
    answer('ws://example.com/ws');
    await settled();
    expect(FakeWebSocket.made).toEqual([]);
  });

  it.each([401, 403])('is the last one if the server is known to have answered %d', (status) => {
    clientWith('ws://example.com/ws');
    client.connect();
    FakeWebSocket.last.fail(`Unexpected server response: ${status}`);
    FakeWebSocket.last.end(1006);
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'refused', status } });
  });

  it('is not the last one if the server was only busy', () => {
    clientWith('ws://example.com/ws');
    client.connect();
    FakeWebSocket.last.fail('Unexpected server response: 503');
    FakeWebSocket.last.end(1006);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'refused', status: 503 } });
  });

  it('waits longer and longer for a server that always advises to come at once', async () => {
    clientWith('ws://example.com/ws', { random: () => 1 });
    client.connect();
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      FakeWebSocket.last.open();
      await settled();
      FakeWebSocket.last.receive({ method: 'session.shutdown', params: { reason: 'drain', reconnectAfterMs: 0 } });
      FakeWebSocket.last.end(1012);
      if (client.state.name === 'waiting') waits.push(client.state.delayMs);
      await jest.runOnlyPendingTimersAsync();
    }
    expect(waits).toEqual([0, 1_000, 2_000, 4_000]);
  });

  it('needs a WebSocket', () => {
    const { WebSocket } = globalThis;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      client = new RealtimeClient('ws://example.com/ws');
      expect(() => client.connect()).toThrow('this runtime has no WebSocket: pass the option webSocket');
      expect(client.state.name).toBe('idle');
    } finally {
      if (WebSocket) globalThis.WebSocket = WebSocket;
    }
  });
});
