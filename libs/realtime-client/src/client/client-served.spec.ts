import { jest } from '@jest/globals';
import { RpcError } from 'nestjs-realtime-protocol';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

describe('what a client serves to the server', () => {
  let faults: unknown[];
  let client: RealtimeClient;
  let socket: FakeWebSocket;

  beforeEach(async () => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
    faults = [];
    client = new RealtimeClient('ws://example.com/ws', {
      webSocket: FakeWebSocket,
      heartbeat: { intervalMs: 0 },
      limits: { servedCalls: 2 },
      onFault: (fault) => void faults.push(fault),
    });
    client.connect();
    socket = FakeWebSocket.last;
    socket.open();
    await settled();
  });

  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it.each(['0', '""', '-7', 'null', '"1"', '12345678901234567890'])('answers a request with the id %s as it was sent', async (id) => {
    client.handle('add', (params) => (params as number[]).reduce((sum, n) => sum + n));
    socket.receive(`{"jsonrpc":"2.0","id":${id},"method":"add","params":[1,2]}`);
    await settled();
    expect(socket.sent).toEqual([`{"jsonrpc":"2.0","id":${id},"result":3}`]);
  });

  it('answers null for nothing, and -32601 for what is not served any more', async () => {
    const stop = client.handle('quiet', async () => undefined);
    socket.receive({ id: 1, method: 'quiet' });
    await settled();
    stop();
    socket.receive({ id: 2, method: 'quiet' });
    await settled();
    expect(socket.messages).toMatchObject([
      { id: 1, result: null },
      { id: 2, error: { code: -32601 } },
    ]);
  });

  it('answers with the error that was thrown for it, and hides any other', async () => {
    const bug = new Error('secret detail');
    client.handle('refuse', () => {
      throw RpcError.of('PermissionDenied', 'Not now');
    });
    client.handle('fail', () => Promise.reject(bug));
    socket.receive({ id: 1, method: 'refuse' });
    socket.receive({ id: 2, method: 'fail' });
    await settled();
    expect(socket.messages).toMatchObject([
      { id: 1, error: { code: -32003, message: 'Not now' } },
      { id: 2, error: { code: -32603 } },
    ]);
    expect([faults, socket.sent.join().includes('secret')]).toEqual([[bug], false]);
  });

  it('answers a batch with one frame', async () => {
    client.handle('echo', (params) => params);
    socket.receive('[{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]},{"jsonrpc":"2.0","id":2,"method":"none"}]');
    await settled();
    expect(JSON.parse(socket.sent[0] ?? '')).toMatchObject([
      { id: 1, result: [1] },
      { id: 2, error: { code: -32601 } },
    ]);
    expect(socket.sent.length).toBe(1);
  });

  it('stops when the server takes the call back, and answers -32800', async () => {
    const signals: AbortSignal[] = [];
    client.handle('slow', (_params, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    socket.receive({ id: 'a', method: 'slow' });
    socket.receive({ method: '$/cancelRequest', params: { id: 'unknown' } });
    socket.receive({ method: '$/cancelRequest' });
    await settled();
    expect(socket.sent).toEqual([]);
    socket.receive({ method: '$/cancelRequest', params: { id: 'a' } });
    await settled();
    expect(signals[0]?.aborted).toBe(true);
    expect(socket.messages).toMatchObject([{ id: 'a', error: { code: -32800 } }]);
  });

  it('refuses a call too many, and an id that is still being served', async () => {
    client.handle('slow', () => new Promise(() => undefined));
    for (const id of [1, 1, 2, 3]) socket.receive({ id, method: 'slow' });
    await settled();
    expect(socket.messages).toMatchObject([
      { id: 1, error: { code: -32600 } },
      { id: 3, error: { code: -32053 } },
    ]);
  });

  it('never answers on another connection', async () => {
    let finish: (value: string) => void = () => undefined;
    let aborted = false;
    client.handle('slow', (_params, { signal }) => {
      signal.addEventListener('abort', () => void (aborted = true));
      return new Promise((resolve) => (finish = resolve));
    });
    socket.receive({ id: 1, method: 'slow' });
    socket.end(1006);
    await jest.runOnlyPendingTimersAsync();
    FakeWebSocket.last.open();
    finish('late');
    await settled();
    expect([aborted, socket.sent, FakeWebSocket.last.sent]).toEqual([true, [], []]);
  });

  it('answers -32603 when JSON cannot carry the result or the details of the error, and reports why', async () => {
    client.handle('result', () => 10n);
    client.handle('details', () => {
      throw new RpcError(1, 'x', { data: { n: 10n } });
    });
    socket.receive({ id: 1, method: 'result' });
    socket.receive('[{"jsonrpc":"2.0","id":2,"method":"details"},{"jsonrpc":"2.0","id":3,"method":"none"}]');
    await settled();
    expect(socket.messages).toMatchObject([
      { id: 1, error: { code: -32603 } },
      [
        { id: 2, error: { code: -32603 } },
        { id: 3, error: { code: -32601 } },
      ],
    ]);
    expect(faults).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });

  it('answers -32603 when the answer is larger than the server takes, and reports it', async () => {
    client.handle('large', () => 'x'.repeat(65_536));
    client.handle('details', () => {
      throw RpcError.of('Conflict', 'x'.repeat(65_536));
    });
    socket.receive({ id: 1, method: 'large' });
    await settled();
    socket.receive({ id: 2, method: 'details' });
    await settled();
    expect(socket.messages).toMatchObject([
      { id: 1, error: { code: -32603 } },
      { id: 2, error: { code: -32603 } },
    ]);
    expect(faults).toMatchObject([{ code: 'FRAME_TOO_LARGE' }, { code: 'FRAME_TOO_LARGE' }]);
  });

  it('reports an answer for which too much waits to leave', async () => {
    client.handle('quiet', () => undefined);
    socket.bufferedAmount = 2 ** 20;
    socket.receive({ id: 1, method: 'quiet' });
    await settled();
    expect([faults, socket.sent]).toMatchObject([[{ code: 'SEND_BUFFER_FULL' }], []]);
  });

  it('is not begun for the rest of a batch once the client is closed', async () => {
    let served = 0;
    client.on('leave', () => client.close());
    client.handle('late', () => void served++);
    socket.receive('[{"jsonrpc":"2.0","method":"leave"},{"jsonrpc":"2.0","id":1,"method":"late"}]');
    await settled();
    expect(served).toBe(0);
  });

  it('has one handler for a name', () => {
    client.handle('a', () => 1);
    expect(() => client.handle('a', () => 2)).toThrow(expect.objectContaining({ code: 'METHOD_TAKEN' }));
  });
});
