import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import { RealtimeClient } from '../client/client.js';
import type { CommonOptions } from './client-options.js';
import { ClientConfigError } from '../base/client-config-error.js';
import { resolveOptions } from './client-options.js';

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
      limits: { topics: 0, jsonDepth: 1_001 },
      wakeUp: 1 as unknown as boolean, // what plain JavaScript may hand over
      reconnect: { maxMs: -5, maxAttempts: -1 },
    });
    expect(faults).toEqual([
      'the address must begin with ws:// or wss://, got "http://example.com"',
      'connectTimeoutMs must be a number within 1..2147483647, got 0',
      'callTimeoutMs must be a number within 0..2147483647, got -1',
      'heartbeat.intervalMs must be a number within 0..2147483647, got NaN',
      'limits.topics must be a number within 1..Infinity, got 0',
      'limits.jsonDepth must be a number within 1..1000, got 1001',
      'wakeUp must be true or false, got 1',
      'reconnect.maxMs must be a number within 0..2147483647, got -5',
      'reconnect.maxAttempts must be a number within 0..Infinity, got -1',
    ]);
  });

  it('are not taken when they are misspelt or of another kind', () => {
    const options = {
      webSocket: FakeWebSocket,
      protocols: 'jsonrpc',
      conectTimeoutMs: 5,
      reconnect: { maxAttempt: 1 },
      random: 5,
      methods: { heartbeat: 7, ping: 'ping' },
      limits: { pending: 5 },
      heartbeat: 1_000,
      onOpen: 'x',
    } as unknown as CommonOptions; // what plain JavaScript may hand over
    const known = 'known here: batchItems, jsonDepth, pendingCalls, servedCalls, frameBytes, bufferedChars, topics';
    expect(faultsOf('ws://example.com', options)).toEqual([
      'protocols must be a list of strings, or a function, got "jsonrpc"',
      expect.stringContaining('conectTimeoutMs is not an option; known here: webSocket, protocols, connectTimeoutMs, '),
      'reconnect.maxAttempt is not an option; known here: baseMs, maxMs, maxAttempts, stableAfterMs',
      'random must be a function, got 5',
      'methods.heartbeat must be a string and not empty, got 7',
      expect.stringContaining('methods.ping is not an option; known here: heartbeat, subscribe, '),
      `limits.pending is not an option; ${known}`,
      'heartbeat must be an object, got 1000',
      'onOpen must be a function, got "x"',
    ]);
  });

  it.each([null, 5, 'x', []])('are refused when they are %j', (options) => {
    const given = options as unknown as CommonOptions; // What plain JavaScript may hand over.
    expect(() => new RealtimeClient('ws://example.com', given)).toThrow(ClientConfigError);
    expect(faultsOf('ws://example.com', given)).toContainEqual(expect.stringMatching(/^the options must be an object, got /));
  });

  it('need no WebSocket: it is looked for when the client connects', () => {
    const client = new RealtimeClient('ws://example.com', { webSocket: undefined });
    expect(client.state.name).toBe('idle');
  });

  it('may say that a connection that ended stays closed', () => {
    expect(resolveOptions('ws://example.com', { webSocket: FakeWebSocket, reconnect: false }).connection.reconnect).toBe(false);
  });

  it.each([[() => Number.NaN], [() => 7], [() => JSON.parse('broken') as number]])(
    'are survived when %s gives no number within 0 and 1',
    (random) => {
      const faults: unknown[] = [];
      const onFault = (fault: unknown): void => void faults.push(fault);
      const part = resolveOptions('ws://example.com', { webSocket: FakeWebSocket, random, onFault }).connection.random();
      expect([part >= 0 && part <= 1, faults.length]).toEqual([true, 1]);
    },
  );

  it('count as left out when they are undefined', () => {
    const { heartbeat } = resolveOptions('ws://example.com', { webSocket: FakeWebSocket, heartbeat: { intervalMs: undefined } });
    expect(heartbeat.intervalMs).toBe(25_000);
  });
});
