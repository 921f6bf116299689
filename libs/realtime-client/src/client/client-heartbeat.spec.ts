import { jest } from '@jest/globals';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const clientWith = (options: ClientOptions): RealtimeClient =>
  new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, ...options });

const open = async (): Promise<FakeWebSocket> => {
  FakeWebSocket.last.open();
  await jest.advanceTimersByTimeAsync(0);
  return FakeWebSocket.last;
};

describe('a quiet connection', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => void jest.useRealTimers());

  it('is given up when the server goes silent, and made again', async () => {
    const client = clientWith({ heartbeat: { intervalMs: 1_000, timeoutMs: 200 } });
    client.connect();
    const socket = await open();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(socket.lastMessage).toMatchObject({ method: 'heartbeat' });
    socket.answer({ status: 'ok' });
    await jest.advanceTimersByTimeAsync(1_199);
    expect(client.state.name).toBe('open');
    await jest.advanceTimersByTimeAsync(1);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'lost', message: 'The server went silent' } });
    client.close();
  });

  it('is asked about however many calls wait and however much waits to leave', async () => {
    const client = clientWith({ heartbeat: { intervalMs: 1_000, timeoutMs: 200 }, limits: { pendingCalls: 1, bufferedChars: 1_000 } });
    client.connect();
    const socket = await open();
    const call = client.call('report');
    const { id } = socket.lastMessage;
    socket.bufferedAmount = 1_000;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(socket.lastMessage).toMatchObject({ method: 'heartbeat' });
    socket.answer({ status: 'ok' });
    socket.receive({ id, result: 'done' });
    expect([await call, client.state.name]).toEqual(['done', 'open']);
    client.close();
  });
});
