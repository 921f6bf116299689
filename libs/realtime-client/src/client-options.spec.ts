import { FakeWebSocket } from '../../../test/client/fake-web-socket.js';
import type { CommonOptions } from './client-options.js';
import { ClientConfigError, resolveOptions } from './client-options.js';

const faultsOf = (url: string, options: CommonOptions): readonly string[] => {
  try {
    resolveOptions(url, options);
  } catch (error) {
    if (error instanceof ClientConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the options of a client', () => {
  it('are all optional where the runtime has a WebSocket', () => {
    const { connection, callTimeoutMs } = resolveOptions('wss://example.com/ws', { webSocket: FakeWebSocket });
    expect(connection).toMatchObject({ url: 'wss://example.com/ws', protocols: [], connectTimeoutMs: 10_000 });
    expect(callTimeoutMs).toBe(30_000);
  });

  it('say every wrong one at once', () => {
    const faults = faultsOf('http://example.com', {
      webSocket: FakeWebSocket,
      connectTimeoutMs: 0,
      callTimeoutMs: -1,
      heartbeat: { intervalMs: Number.NaN },
      limits: { topics: 0 },
      reconnect: { maxMs: -5, maxAttempts: -1 },
    });
    expect(faults).toEqual([
      'the address must begin with ws:// or wss://, got "http://example.com"',
      'connectTimeoutMs must be a number within 1..2147483647, got 0',
      'callTimeoutMs must be a number within 0..2147483647, got -1',
      'heartbeat.intervalMs must be a number within 0..2147483647, got NaN',
      'limits.topics must be a number within 1..Infinity, got 0',
      'reconnect.maxMs must be a number within 0..2147483647, got -5',
      'reconnect.maxAttempts must be a number within 0..Infinity, got -1',
    ]);
  });

  it('count as left out when they are undefined', () => {
    const { heartbeat } = resolveOptions('ws://example.com', { webSocket: FakeWebSocket, heartbeat: { intervalMs: undefined } });
    expect(heartbeat.intervalMs).toBe(25_000);
  });
});
