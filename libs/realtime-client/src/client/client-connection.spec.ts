import { jest } from '@jest/globals';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';
import type { ConnectionState } from '../connection/connection-state.js';

const clientWith = (options: ClientOptions = {}): RealtimeClient =>
  new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, random: () => 0.5, ...options });

/** Lets promises that are ready settle. */
const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

const open = async (): Promise<FakeWebSocket> => {
  const socket = FakeWebSocket.last;
  socket.open();
  await settled();
  return socket;
};

describe('the connection of a client', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => void jest.useRealTimers());

  it('is made when connect() is called, and only once', async () => {
    const client = clientWith({ protocols: ['jsonrpc'] });
    expect([client.state.name, FakeWebSocket.made.length]).toEqual(['idle', 0]);
    client.connect();
    client.connect();
    expect(client.state).toEqual({ name: 'connecting', attempt: 1 });
    await open();
    client.connect();
    expect(client.state).toEqual({ name: 'open' });
    expect(FakeWebSocket.made.map(({ url, protocols }) => [url, protocols])).toEqual([['ws://example.com/ws', ['jsonrpc']]]);
    client.close();
  });

  it('tells its listeners every state, each with its reason', async () => {
    const client = clientWith();
    const states: ConnectionState[] = [];
    const stop = client.onState((state) => states.push(state));
    client.connect();
    (await open()).end(4001, 'HeartbeatTimeout');
    await jest.advanceTimersByTimeAsync(250);
    await open();
    client.close();
    stop();
    client.connect();
    expect(states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open', 'closed']);
    expect(states[2]).toMatchObject({
      delayMs: 250,
      reason: { kind: 'closed-by-server', code: 4001, reason: 'HeartbeatTimeout', message: expect.stringContaining('HeartbeatTimeout') },
    });
    expect(states[5]).toMatchObject({ reason: { kind: 'closed-here' } });
    client.close();
  });

  it.each([1001, 1006, 1012, 4001, 4002, 4029, 3000])('comes back after close code %d', async (code) => {
    const client = clientWith();
    client.connect();
    (await open()).end(code);
    expect(client.state.name).toBe('waiting');
    client.close();
  });

  it.each([1000, 1003, 1009, 3500, 4500, 4501, 4502, 4503])('stays closed after close code %d', async (code) => {
    const client = clientWith();
    client.connect();
    (await open()).end(code, 'why');
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'closed-by-server', code, reason: 'why' } });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('says what the runtime said about a server that cannot be reached, and waits longer each time', async () => {
    const client = clientWith({ random: () => 1, reconnect: { baseMs: 100, maxMs: 1_000 } });
    client.connect();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      FakeWebSocket.last.fail('ECONNREFUSED');
      FakeWebSocket.last.end(1006);
      if (client.state.name !== 'waiting') throw new Error('not waiting');
      expect(client.state).toMatchObject({ attempt, reason: { kind: 'unreachable', message: 'ECONNREFUSED' } });
      waits.push(client.state.delayMs);
      await jest.advanceTimersByTimeAsync(client.state.delayMs);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    client.close();
  });

  it('waits briefly again only after a connection that held', async () => {
    const client = clientWith({ random: () => 1, reconnect: { baseMs: 100, stableAfterMs: 5_000 } });
    const delay = (): number => (client.state.name === 'waiting' ? client.state.delayMs : -1);
    client.connect();
    (await open()).end(1006);
    await jest.advanceTimersByTimeAsync(delay());
    (await open()).end(1006);
    expect(delay()).toBe(200);
    await jest.advanceTimersByTimeAsync(200);
    const socket = await open();
    await jest.advanceTimersByTimeAsync(5_000);
    socket.end(1006);
    expect(delay()).toBe(100);
    client.close();
  });

  it('gives up after the attempts that it is allowed', async () => {
    const client = clientWith({ reconnect: { maxAttempts: 2 } });
    client.connect();
    FakeWebSocket.last.end(1006);
    await jest.runOnlyPendingTimersAsync();
    FakeWebSocket.last.end(1006);
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'unreachable' } });
  });

  it('stays closed after any end when it may not reconnect', async () => {
    const client = clientWith({ reconnect: false });
    client.connect();
    (await open()).end(1006);
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'lost', code: 1006 } });
  });

  it('tries at once when connect() is called while it waits', async () => {
    const client = clientWith();
    client.connect();
    FakeWebSocket.last.end(1006);
    client.connect();
    expect([client.state.name, FakeWebSocket.made.length]).toEqual(['connecting', 2]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(FakeWebSocket.made.length).toBe(2);
    client.close();
  });

  it('comes back when the server said so in session.shutdown, once', async () => {
    const client = clientWith();
    client.connect();
    const socket = await open();
    socket.receive({ method: 'session.shutdown', params: { reason: 'shutdown', reconnectAfterMs: 7_312 } });
    socket.end(1001, 'GoingAway');
    expect(client.state).toMatchObject({ name: 'waiting', delayMs: 7_312 });
    await jest.advanceTimersByTimeAsync(7_312);
    FakeWebSocket.last.end(1006);
    expect(client.state).toMatchObject({ name: 'waiting', delayMs: 500 });
    client.close();
  });

  it.each([['soon'], [-1], [null], [Number.MAX_VALUE]])('is not led astray by a reconnectAfterMs of %j', async (reconnectAfterMs) => {
    const client = clientWith();
    client.connect();
    const socket = await open();
    socket.receive({ method: 'session.shutdown', params: { reconnectAfterMs } });
    socket.end(1001);
    expect(client.state.name === 'waiting' && client.state.delayMs <= 600_000).toBe(true);
    client.close();
  });

  it('gives an attempt up that takes too long, and hears nothing more of it', async () => {
    const client = clientWith({ connectTimeoutMs: 3_000 });
    client.connect();
    const late = FakeWebSocket.last;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'timed-out' } });
    expect(late.closedWith).toBe(1000);
    late.open();
    late.end(4500);
    await settled();
    expect(client.state.name).toBe('waiting');
    client.close();
  });

  it('stays closed when no such connection is allowed at all', () => {
    class Forbidden extends FakeWebSocket {
      constructor(url: string, protocols: readonly string[]) {
        super(url, protocols);
        throw new SyntaxError('insecure');
      }
    }
    const client = clientWith({ webSocket: Forbidden });
    client.connect();
    expect(client.state).toMatchObject({ name: 'closed', reason: { kind: 'unreachable', message: 'insecure' } });
  });

  it('leaves no timer behind when it is closed, in any state', async () => {
    const client = clientWith();
    client.close();
    expect(client.state.name).toBe('idle');
    client.connect();
    client.close();
    client.connect();
    await open();
    client.close();
    client.connect();
    FakeWebSocket.last.end(1006);
    client.close();
    expect([client.state.name, jest.getTimerCount()]).toEqual(['closed', 0]);
  });

  it('tells no listener of a state that another listener has already ended', async () => {
    const client = clientWith({ reconnect: { baseMs: 0 } });
    const names: string[] = [];
    client.onState(({ name }) => void (name === 'waiting' && client.connect()));
    client.onState(({ name }) => names.push(name));
    client.connect();
    (await open()).end(1006);
    expect([client.state.name, names]).toEqual(['connecting', ['connecting', 'open', 'connecting']]);
    client.close();
  });

  it('obeys a listener of its state that closes or connects', async () => {
    const client = clientWith();
    const names: string[] = [];
    client.onState(({ name }) => {
      names.push(name);
      if (name === 'open') client.close();
      if (name === 'closed' && names.length < 4) client.connect();
    });
    client.connect();
    await open();
    expect(names).toEqual(['connecting', 'open', 'closed', 'connecting']);
    client.close();
  });
});
