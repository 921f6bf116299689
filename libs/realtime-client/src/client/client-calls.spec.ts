import { jest } from '@jest/globals';
import { failureOf } from '../../../../test/client/failure-of.js';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

describe('the calls of a client', () => {
  let faults: unknown[];
  let client: RealtimeClient;
  let socket: FakeWebSocket;

  const openClient = async (options: ClientOptions = {}): Promise<void> => {
    client = new RealtimeClient('ws://example.com/ws', {
      webSocket: FakeWebSocket,
      random: () => 0.5,
      heartbeat: { intervalMs: 0 },
      onFault: (fault) => void faults.push(fault),
      ...options,
    });
    client.connect();
    socket = FakeWebSocket.last;
    socket.open();
    await settled();
  };

  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
    faults = [];
  });

  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('settle with the result or with the error of the server', async () => {
    await openClient();
    const [good, bad] = [client.call('a', { x: 1 }), client.call('b')];
    const outcomes = Promise.allSettled([good, bad]);
    const [first, second] = socket.messages;
    socket.receive({ id: second?.id, error: { code: -32602, message: 'Invalid params', reason: 'InvalidParams', data: { errors: [] } } });
    socket.receive({ id: first?.id, result: [1, 2] });
    expect(await outcomes).toMatchObject([
      { value: [1, 2] },
      { reason: { name: 'PeerError', code: -32602, reason: 'InvalidParams', data: { errors: [] } } },
    ]);
    expect(first).toMatchObject({ jsonrpc: '2.0', method: 'a', params: { x: 1 } });
  });

  it('settle from a batch as well', async () => {
    await openClient();
    const results = Promise.all([client.call('a'), client.call('b')]);
    const [first, second] = socket.messages;
    socket.receive(
      JSON.stringify([
        { jsonrpc: '2.0', id: second?.id, result: 'b' },
        { jsonrpc: '2.0', id: first?.id, result: 'a' },
      ]),
    );
    expect(await results).toEqual(['a', 'b']);
  });

  it('reject with CALL_TIMEOUT, and tell the server that nobody waits', async () => {
    await openClient({ callTimeoutMs: 5_000 });
    const outcomes = Promise.allSettled([client.call('slow'), client.call('slower', undefined, { timeoutMs: 8_000 })]);
    const [first, second] = socket.messages;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(socket.lastMessage).toEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: first?.id } });
    await jest.advanceTimersByTimeAsync(3_000);
    expect(socket.lastMessage).toEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: second?.id } });
    expect(await outcomes).toMatchObject([
      { reason: { name: 'CallFailedError', code: 'CALL_TIMEOUT' } },
      { reason: { code: 'CALL_TIMEOUT' } },
    ]);
    client.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reject with the reason of their signal, and tell the server', async () => {
    await openClient();
    const controller = new AbortController();
    const failure = failureOf(client.call('slow', {}, { signal: controller.signal }));
    controller.abort(new Error('changed my mind'));
    expect(await failure).toMatchObject({ message: 'changed my mind' });
    expect(socket.lastMessage.method).toBe('$/cancelRequest');
  });

  it('reject with CONNECTION_LOST when the connection ends, all of them', async () => {
    await openClient();
    const outcomes = Promise.allSettled([client.call('a'), client.call('b')]);
    socket.end(1006);
    expect(await outcomes).toMatchObject([{ reason: { code: 'CONNECTION_LOST' } }, { reason: { code: 'CONNECTION_LOST' } }]);
  });

  it('wait for the next connection and leave in order, with the params that they were made with', async () => {
    await openClient();
    socket.end(1006);
    const params = { text: 'first' };
    const results = Promise.all([client.call('a', params), client.call('b')]);
    params.text = 'changed';
    await jest.advanceTimersByTimeAsync(500);
    socket = FakeWebSocket.last;
    expect(socket.sent).toEqual([]);
    socket.open();
    await settled();
    expect(socket.messages).toMatchObject([{ method: 'a', params: { text: 'first' } }, { method: 'b' }]);
    for (const { id, method } of socket.messages) socket.receive({ id, result: method });
    expect(await results).toEqual(['a', 'b']);
  });

  it('reject with NOT_CONNECTED when there is no connection and none is being made', async () => {
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket });
    await expect(client.call('a')).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    await expect(client.whenOpen()).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    client.connect();
    const waiting = Promise.allSettled([client.call('a'), client.whenOpen()]);
    client.close();
    expect(await waiting).toMatchObject([{ reason: { code: 'NOT_CONNECTED' } }, { reason: { code: 'NOT_CONNECTED' } }]);
    expect(client.notify('a')).toBe(false);
  });

  it('are bounded, those that wait for an answer and those that wait for a connection', async () => {
    await openClient({ limits: { pendingCalls: 2 } });
    const outcomes = Promise.allSettled([client.call('a'), client.call('b'), client.call('c')]);
    socket.end(1006);
    const waiting = Promise.allSettled([client.call('a'), client.call('b'), client.call('c')]);
    client.close();
    expect((await outcomes)[2]).toMatchObject({ reason: { code: 'TOO_MANY_CALLS' } });
    expect((await waiting)[2]).toMatchObject({ reason: { code: 'TOO_MANY_CALLS' } });
  });

  it('are not sent while too much waits to leave', async () => {
    await openClient({ limits: { bufferedChars: 1_000 } });
    socket.bufferedAmount = 990;
    await expect(client.call('a')).rejects.toMatchObject({ code: 'SEND_BUFFER_FULL' });
    expect([client.notify('a'), socket.sent]).toEqual([false, []]);
  });

  it('are not sent if they are larger than the server takes, and the connection stays', async () => {
    await openClient({ limits: { frameBytes: 100 } });
    // 98 bytes: 58 around the text, and two for each of the twenty letters.
    const call = client.call('a', { text: 'é'.repeat(20) });
    await expect(client.call('a', { text: `${'é'.repeat(20)}xxx` })).rejects.toMatchObject({ code: 'FRAME_TOO_LARGE' });
    expect([client.notify('a', ['x'.repeat(100)]), socket.sent.length]).toEqual([false, 1]);
    socket.answer('good');
    expect(await call).toBe('good');
  });

  it('are not thrown into a socket that is closing', async () => {
    await openClient();
    socket.beginToClose();
    await expect(client.call('a')).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    expect([client.notify('a'), socket.sent]).toEqual([false, []]);
  });

  it('reject when JSON-RPC cannot carry the params', async () => {
    await openClient();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    await expect(client.call('a', cycle)).rejects.toThrow(TypeError);
    expect(socket.sent).toEqual([]);
  });

  it('report what is not JSON-RPC, and go on', async () => {
    await openClient();
    const call = client.call('a');
    socket.receive('{"broken');
    socket.receiveBinary();
    socket.receive('{"jsonrpc":"2.0","method":1}');
    socket.receive({ id: null, error: { code: -32700, message: 'The frame is not valid JSON' } });
    socket.receive({ id: 999, result: 'nobody waits for this' });
    expect(faults.map((fault) => (fault as { code: string }).code)).toEqual(['BAD_FRAME', 'BAD_FRAME', 'BAD_FRAME', 'BAD_FRAME']);
    socket.answer('good');
    expect(await call).toBe('good');
  });

  it('can be watched, with everything else that passes', async () => {
    await openClient();
    const frames: [string, string][] = [];
    const stop = client.onFrame(({ direction, text }) => frames.push([direction, text]));
    client.notify('tick', [1]);
    socket.receive('{"jsonrpc":"2.0","method":"tock"}');
    stop();
    client.notify('tick');
    expect(frames).toEqual([
      ['out', '{"jsonrpc":"2.0","method":"tick","params":[1]}'],
      ['in', '{"jsonrpc":"2.0","method":"tock"}'],
    ]);
  });

  it('end with the connection when one who watches the frames closes it', async () => {
    await openClient();
    const told: unknown[] = [];
    client.on('tock', (params) => told.push(params));
    client.onFrame(() => client.close());
    socket.receive('{"jsonrpc":"2.0","method":"tock"}');
    expect([client.state.name, told]).toEqual(['closed', []]);
  });
});
