import { jest } from '@jest/globals';
import type { RealtimeOptions } from 'nestjs-realtime';
import { holdClock } from '../support/held-clock.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { PlainGateway, RARELY } from './limited.gateway.js';

type Rate = NonNullable<RealtimeOptions['rate']>;

const REFUSED = {
  code: -32029,
  reason: 'TooManyRequests',
  message: 'Too many requests',
  data: { retryAfterMs: expect.any(Number) },
};

/** The library's heartbeat is the fence of these tests, so it costs nothing. */
function start(rate: Rate): Promise<RunningNode> {
  return startNode({ providers: [PlainGateway], options: { rate: { ...rate, methods: { heartbeat: false, ...rate.methods } } } });
}

async function codes(peer: RpcPeer, count: number, method = 'echo'): Promise<(number | undefined)[]> {
  const responses = await Promise.all(Array.from({ length: count }, () => peer.request(method)));
  return responses.map(({ error }) => error?.code);
}

describe('rate.session', () => {
  it('refuses calls beyond it with -32029 and says when to come again', async () => {
    await using node = await start({ session: { capacity: 2, ...RARELY } });
    await using peer = await node.connect();
    expect(await codes(peer, 2)).toEqual([undefined, undefined]);
    const { error } = await peer.request('echo');
    expect(error).toEqual(REFUSED);
    const { retryAfterMs } = error?.data as { retryAfterMs: number };
    expect(Number.isInteger(retryAfterMs)).toBe(true);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(1_000_000);
  });

  it('does not begin what it refuses, and serves other sessions', async () => {
    await using node = await start({ session: { capacity: 1, ...RARELY } });
    await using peer = await node.connect();
    await using other = await node.connect();
    await peer.request('echo', ['first']);
    await peer.request('echo', ['second']);
    expect(await other.result('echo', ['other'])).toEqual(['other']);
    expect(node.app.get(PlainGateway).begun).toEqual([['first'], ['other']]);
  });

  it('drops notifications without a word', async () => {
    await using node = await start({ session: { capacity: 1, ...RARELY } });
    await using peer = await node.connect();
    for (const text of ['first', 'second', 'third']) peer.notify('echo', [text]);
    peer.notify('unheard');
    expect(await peer.settled()).toHaveLength(1);
    expect(node.app.get(PlainGateway).begun).toEqual([['first']]);
  });

  it('is paid for by unknown methods, bad frames and answers that nobody waits for', async () => {
    await using node = await start({ session: { capacity: 4, ...RARELY } });
    await using peer = await node.connect();
    expect((await peer.request('unheard')).error?.code).toBe(-32601);
    peer.send('{');
    peer.send({ jsonrpc: '1.0', id: 7, method: 'echo' });
    peer.send({ jsonrpc: '2.0', id: 99, result: 1 });
    peer.send({ jsonrpc: '1.0', id: 8, method: 'echo' });
    await peer.settled();
    expect((await peer.response(7)).error?.code).toBe(-32600);
    expect((await peer.response(8)).error).toEqual(REFUSED);
    expect(await codes(peer, 1)).toEqual([-32029]);
  });

  it('is paid for by every item of a batch [C16]', async () => {
    await using node = await start({ session: { capacity: 3, ...RARELY } });
    await using peer = await node.connect();
    const item = { jsonrpc: '2.0', method: 'echo', params: ['x'] };
    peer.send([{ ...item, id: 1 }, item, { ...item, id: 2 }, { ...item, id: 3 }, item, { ...item, id: 4 }]);
    await peer.settled();
    expect(peer.messages[0]).toEqual([
      { jsonrpc: '2.0', id: 1, result: ['x'] },
      { jsonrpc: '2.0', id: 2, result: ['x'] },
      { jsonrpc: '2.0', id: 3, error: REFUSED },
      { jsonrpc: '2.0', id: 4, error: REFUSED },
    ]);
    expect(node.app.get(PlainGateway).begun).toHaveLength(3);
  });
});

describe('retryAfterMs', () => {
  beforeEach(holdClock);
  afterEach(() => jest.useRealTimers());

  it('is true to the millisecond', async () => {
    await using node = await start({ session: { capacity: 3, refillPerSec: 0.3 }, address: { capacity: 2, refillPerSec: 0.7 } });
    await using peer = await node.connect();
    expect(await codes(peer, 2)).toEqual([undefined, undefined]);
    const { error } = await peer.request('echo');
    const { retryAfterMs } = error?.data as { retryAfterMs: number };
    expect(retryAfterMs).toBe(1_429);
    jest.advanceTimersByTime(retryAfterMs - 1);
    expect(await codes(peer, 1)).toEqual([-32029]);
    jest.advanceTimersByTime(1);
    expect(await codes(peer, 1)).toEqual([undefined]);
  });
});

describe('rate.user and rate.address', () => {
  it('are shared by the sessions of a user', async () => {
    await using node = await start({ user: { capacity: 2, ...RARELY } });
    await using one = await node.connect();
    await using two = await node.connect();
    await using other = await node.connect();
    for (const peer of [one, two]) await peer.result('signIn', { userId: 'u' });
    await other.result('signIn', { userId: 'v' });
    expect([await codes(one, 1), await codes(two, 2), await codes(one, 1), await codes(other, 2)]).toEqual([
      [undefined],
      [undefined, -32029],
      [-32029],
      [undefined, undefined],
    ]);
  });

  it('are not full again for a user who signs in anew', async () => {
    await using node = await start({ user: { capacity: 1, ...RARELY } });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'u' });
    expect(await codes(peer, 1)).toEqual([undefined]);
    peer.socket.terminate();
    await peer.closed;
    await using again = await node.connect();
    await again.result('signIn', { userId: 'u' });
    expect(await codes(again, 1)).toEqual([-32029]);
  });

  it('are not full again for an address that connects anew', async () => {
    await using node = await start({ address: { capacity: 3, ...RARELY } });
    for (let count = 0; count < 3; count++) {
      await using peer = await node.connect();
      expect(await codes(peer, 1)).toEqual([undefined]);
    }
    await using last = await node.connect();
    expect(await codes(last, 1)).toEqual([-32029]);
  });
});

describe('rate.strikes', () => {
  it('close a session that goes on after refusals with 4029', async () => {
    await using node = await start({ session: { capacity: 1, ...RARELY }, strikes: { capacity: 3, ...RARELY } });
    await using peer = await node.connect();
    expect(await codes(peer, 4)).toEqual([undefined, -32029, -32029, -32029]);
    peer.notify('echo');
    expect(await peer.closed).toEqual({ code: 4029, reason: 'RateLimited' });
  });

  it('end a session in the middle of a batch, and nothing after it begins', async () => {
    await using node = await start({ session: { capacity: 1, ...RARELY }, strikes: { capacity: 1, ...RARELY } });
    await using peer = await node.connect();
    peer.send(Array.from({ length: 50 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'echo', params: [id] })));
    expect((await peer.closed).code).toBe(4029);
    expect([node.app.get(PlainGateway).begun, peer.frames]).toEqual([[[0]], []]);
  });

  it('do not touch sessions that wait as they are told', async () => {
    await using node = await start({ session: { capacity: 1, ...RARELY }, strikes: { capacity: 1, ...RARELY } });
    await using peer = await node.connect();
    expect(await codes(peer, 2)).toEqual([undefined, -32029]);
    for (let count = 0; count < 20; count++) await peer.result('heartbeat');
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
  });
});
