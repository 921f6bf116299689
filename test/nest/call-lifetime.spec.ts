/** How calls end before their handler does: timeout, cancel, disconnect, kick and shutdown fire the signal. */
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { AbortReason, CallAbortedError } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { Latch } from './latch.js';

/** What each handler saw, by the id of its call. */
class Witness {
  readonly seen = new Map<unknown, AbortReason | 'finished'>();

  async until(id: unknown): Promise<string> {
    return eventually(() => {
      const seen = this.seen.get(id);
      if (seen === undefined) throw new Error(`Nothing seen of ${String(id)}`);
      return seen;
    });
  }
}

function waitFor({ signal, id }: RpcContext, witness: Witness): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      witness.seen.set(id, (signal.reason as CallAbortedError).code);
      reject(signal.reason as Error);
    });
  });
}

const lateAnswer = new Latch();

@RpcGateway()
class SlowGateway {
  constructor(private readonly witness: Witness) {}

  @RpcMethod()
  wait(@RpcContext() call: RpcContext): Promise<void> {
    return waitFor(call, this.witness);
  }

  @RpcMethod('quick', { timeoutMs: 30 })
  quick(@RpcContext() call: RpcContext): Promise<void> {
    return waitFor(call, this.witness);
  }

  /** Pays no attention to its signal. */
  @RpcMethod('stubborn', { timeoutMs: 30 })
  async stubborn(): Promise<string> {
    await lateAnswer.opened;
    return 'too late';
  }

  @RpcMethod('inTime', { timeoutMs: 10_000 })
  async inTime(@RpcContext() call: RpcContext): Promise<string> {
    call.signal.addEventListener('abort', () => this.witness.seen.set(call.id, 'timed-out'));
    return 'in time';
  }

  /** Looks at its signal only after it fired. */
  @RpcMethod('lazy', { timeoutMs: 30 })
  async lazy(@RpcContext() call: RpcContext): Promise<void> {
    await eventually(() => expectAborted(call));
    this.witness.seen.set(call.id, (call.signal.reason as CallAbortedError).code);
  }
}

function expectAborted(call: RpcContext): void {
  if (!call.signal.aborted) throw new Error('Not aborted yet');
}

describe('a timeout', () => {
  it('answers with -32008 and fires the signal', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    const response = await peer.request('quick', undefined, 'q');
    expect(response.error).toEqual({ code: -32008, reason: 'Timeout', message: expect.any(String) });
    expect(await node.app.get(Witness).until('q')).toBe('timed-out');
  });

  it('is answered once, whatever the handler says later', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    expect((await peer.request('stubborn', undefined, 's')).error?.code).toBe(-32008);
    lateAnswer.open();
    await peer.settled();
    expect(peer.messages.filter((message) => message.id === 's')).toHaveLength(1);
  });

  it('can be asked for after the fact', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    expect((await peer.request('lazy', undefined, 'l')).error?.code).toBe(-32008);
    expect(await node.app.get(Witness).until('l')).toBe('timed-out');
  });

  it('does not fire for a handler that is in time', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    expect(await peer.result('inTime')).toBe('in time');
    peer.socket.close();
    await peer.closed;
    await eventually(() => expect(node.hub.stats().sessions.open).toBe(0));
    expect(node.app.get(Witness).seen.size).toBe(0);
  });

  it('costs a notification nothing but its signal', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    peer.notify('quick');
    expect(await node.app.get(Witness).until(undefined)).toBe('timed-out');
    await peer.settled();
    expect(peer.frames).toHaveLength(1);
  });
});

describe('a cancel', () => {
  it.each([
    ['$/cancelRequest', (id: unknown) => ({ id })],
    ['notifications/cancelled', (requestId: unknown) => ({ requestId })],
  ])('by %s answers with -32800 and fires the signal', async (method, params) => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 0, method: 'wait' });
    peer.notify(method, params(0));
    expect((await peer.response(0)).error).toMatchObject({ code: -32800, reason: 'RequestCancelled' });
    expect(await node.app.get(Witness).until(0)).toBe('cancelled');
  });

  it('reaches only the call that it names, type and all', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 1, method: 'wait' });
    peer.send({ jsonrpc: '2.0', id: '1', method: 'wait' });
    peer.notify('$/cancelRequest', { id: '1' });
    expect((await peer.response('1')).error?.code).toBe(-32800);
    await peer.settled();
    expect(node.app.get(Witness).seen.get(1)).toBeUndefined();
  });

  it('of a call of another session does nothing', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    await using peer = await node.connect();
    await using other = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'mine', method: 'wait' });
    await peer.settled();
    other.notify('$/cancelRequest', { id: 'mine' });
    await other.settled();
    await peer.settled();
    expect(node.app.get(Witness).seen.size).toBe(0);
  });
});

describe('the signal fires', () => {
  it('when the peer is cut off', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    const peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'w', method: 'wait' });
    await peer.settled();
    peer.socket.terminate();
    expect(await node.app.get(Witness).until('w')).toBe('disconnected');
  });

  it('when the peer says goodbye', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    const peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'w', method: 'wait' });
    peer.socket.close(1000);
    expect(await node.app.get(Witness).until('w')).toBe('disconnected');
  });

  it('when the session is kicked', async () => {
    await using node = await startNode({ providers: [SlowGateway, Witness] });
    const peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'w', method: 'wait' });
    await peer.settled();
    await node.hub.kick({ kind: 'all' }, 'test');
    expect(await node.app.get(Witness).until('w')).toBe('disconnected');
    expect((await peer.closed).code).toBe(4500);
  });

  it('when the time of a drain is over', async () => {
    const node = await startNode({ providers: [SlowGateway, Witness], options: { drain: { timeoutMs: 100 } } });
    const witness = node.app.get(Witness);
    const peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'w', method: 'wait' });
    await peer.settled();
    await node.app.close();
    expect(await witness.until('w')).toBe('draining');
    expect((await peer.closed).code).toBe(1012);
  });
});
