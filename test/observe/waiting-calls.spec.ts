/** Calls that wait for others of their session: what they are charged, and what observers hear of them. */
import { jest } from '@jest/globals';
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { holdClock } from '../support/held-clock.js';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { EventLog } from './event-log.js';

@RpcGateway()
class HoldingGateway {
  private let: (() => void) | undefined;

  /** Lasts until `release`; calls that come behind it wait. */
  @RpcMethod({ exclusive: true })
  hold(@RpcContext() { signal }: RpcContext): Promise<void> {
    return new Promise((resolve) => {
      this.let = resolve;
      signal.addEventListener('abort', () => resolve());
    });
  }

  release(): void {
    this.let?.();
  }

  @RpcMethod()
  echo(): string {
    return 'echo';
  }
}

const call = (id: number, method: string): object => ({ jsonrpc: '2.0', id, method });
const cancel = (id: number): object => ({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });

async function start(log: EventLog, capacity = 1_000): Promise<RunningNode> {
  const rate = { session: { capacity, refillPerSec: 0.001 } };
  return startNode({ providers: [HoldingGateway], options: { observers: [log.observer], rate } });
}

describe('a call that waits', () => {
  afterEach(() => jest.useRealTimers());

  it('is told with the time for which it waited', async () => {
    holdClock();
    const log = new EventLog();
    await using node = await start(log);
    await using peer = await node.connect();
    peer.send(call(1, 'hold'));
    peer.send(call(2, 'echo'));
    await eventually(() => expect(node.hub.stats().messagesReceived).toBe(2));
    jest.advanceTimersByTime(50);
    node.app.get(HoldingGateway).release();
    await peer.response(2);
    const ended = log.of('callEnded').filter(({ requestId }) => requestId === '2');
    expect(ended).toEqual([expect.objectContaining({ method: 'echo', outcome: 'ok' })]);
    expect(ended[0]?.durationMs).toBeGreaterThan(45);
  });

  it('is told as cancelled if it is taken back, and as disconnected if its session ends', async () => {
    const log = new EventLog();
    await using node = await start(log);
    await using peer = await node.connect();
    for (const message of [call(1, 'hold'), call(2, 'echo'), call(3, 'echo'), cancel(2)]) peer.send(message);
    expect((await peer.response(2)).error?.code).toBe(-32800);
    const [session] = node.hub.find({ kind: 'all' });
    const ended = new Promise((resolve) => session?.onClose(resolve));
    peer.socket.close();
    await ended;
    expect(log.of('callEnded').map(({ requestId, method, outcome }) => [requestId, method, outcome])).toEqual([
      ['2', 'echo', 'cancelled'],
      ['3', 'echo', 'disconnected'],
      ['1', 'hold', 'disconnected'],
    ]);
  });

  it('is charged when it comes: taking calls back is no way around a limit', async () => {
    const log = new EventLog();
    await using node = await start(log, 6);
    await using peer = await node.connect();
    peer.send(call(0, 'hold'));
    for (let id = 1; id <= 20; id++) {
      peer.send(call(id, 'echo'));
      peer.send(cancel(id));
    }
    await peer.response(20);
    const codes = peer.messages.map(({ error }) => error?.code);
    expect(codes.filter((code) => code === -32800)).toHaveLength(5);
    expect(codes.filter((code) => code === -32029)).toHaveLength(15);
  });
});
