/** What calls cost that are not what they seem when they come: behind a sign-in, and in large frames. */
import { RpcMethod } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { staticAuth } from '../auth/accounts.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import type { RpcPeer, WireMessage } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { PlainGateway, RARELY } from './limited.gateway.js';

const start = (rate: NonNullable<RealtimeOptions['rate']>): Promise<RunningNode> =>
  startNode({ providers: [PlainGateway, Slow], options: { auth: staticAuth(), anonymousTimeoutMs: 0, rate } });

/** Holds the only place while the session becomes somebody else's. */
class Slow {
  @RpcMethod('slow')
  slow(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

const call = (id: number | string, method: string, params: unknown = ['x']): object => ({ jsonrpc: '2.0', id, method, params });

/** Sends one batch. @returns its answers by id */
async function batch(peer: RpcPeer, items: readonly object[]): Promise<Map<unknown, WireMessage>> {
  const before = peer.frames.length;
  peer.send(items);
  const frame = await eventually(() => {
    const found = peer.frames[before];
    if (found === undefined) throw new Error('No answer yet');
    return found;
  });
  return new Map((JSON.parse(frame) as WireMessage[]).map((answer) => [answer.id, answer]));
}

const echoes = (count: number): object[] => Array.from({ length: count }, (_unused, id) => call(id, 'echo'));
const served = (answers: Map<unknown, WireMessage>): number => [...answers.values()].filter(({ result }) => Array.isArray(result)).length;

describe('rate.user', () => {
  it('counts calls that come behind a login in the same frame, again and again', async () => {
    await using node = await start({ user: { capacity: 5, ...RARELY } });
    await using peer = await node.connect();
    const items = [call('in', 'login', { accessToken: 'alice-token' }), ...echoes(20), call('out', 'logout')];
    const [first, second] = [await batch(peer, items), await batch(peer, items)];
    expect([served(first), served(second)]).toEqual([5, 0]);
    expect(first.get(19)?.error).toMatchObject({ code: -32029, data: { retryAfterMs: expect.any(Number) } });
    // A logout that the user cannot pay is refused like any other call.
    expect([first.get('in')?.error, first.get('out')?.error?.code]).toEqual([undefined, -32029]);
  });

  it('is paid by the user as whom a call begins, once', async () => {
    await using node = await start({ user: { capacity: 4, ...RARELY } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'bob-token' });
    // The login is paid by bob, who sits there when it comes; the others by alice, as whom they begin.
    expect(served(await batch(peer, [call('in', 'login', { accessToken: 'alice-token' }), ...echoes(3)]))).toBe(3);
    expect((await peer.request('echo')).error).toBeUndefined();
    expect((await peer.request('echo')).error).toMatchObject({ code: -32029 });
  });

  it('is charged once for calls that wait while nobody else signs in', async () => {
    await using node = await startNode({
      providers: [PlainGateway, Slow],
      options: { limits: { inFlight: 1 }, rate: { user: { capacity: 6, ...RARELY } } },
    });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'u' });
    expect(served(await batch(peer, [call('slow', 'slow'), ...echoes(5)]))).toBe(5);
  });

  it('ends no session for what others may have used up', async () => {
    await using node = await start({ user: { capacity: 1, ...RARELY }, strikes: { capacity: 3, ...RARELY } });
    await using peer = await node.connect();
    peer.send([call('in', 'login', { accessToken: 'alice-token' }), ...echoes(6)]);
    await peer.settled();
    expect(peer.socket.readyState).toBe(peer.socket.OPEN);
  });
});

describe('rate.bytesPerToken', () => {
  const large = (bytes: number): string[] => ['x'.repeat(bytes)];

  it('makes large frames dearer, and small ones not', async () => {
    await using node = await start({ session: { capacity: 10, ...RARELY } });
    await using peer = await node.connect();
    expect((await peer.request('echo', large(8 * 4096))).error).toBeUndefined();
    expect((await peer.request('echo', large(4000))).error).toBeUndefined();
    expect((await peer.request('echo')).error).toMatchObject({ code: -32029 });
  });

  it('is paid by the first item of a batch that costs anything, however many are free', async () => {
    const free = Array.from({ length: 40 }, (_, id) => call(`free${id}`, 'slow', []));
    await using node = await start({ session: { capacity: 10, ...RARELY }, methods: { slow: false } });
    await using peer = await node.connect();
    const dear = await batch(peer, [...free, call('dear', 'echo', large(8 * 4096))]);
    expect(dear.get('dear')?.error).toBeUndefined();
    const late = await batch(peer, [...free, call('a', 'echo', large(8 * 4096)), call('b', 'echo')]);
    // Who was refused has not paid, so the next one is asked to.
    expect([late.get('a')?.error?.code, late.get('b')?.error?.code]).toEqual([-32029, -32029]);
    expect(late.get('free0')?.error).toBeUndefined();
  });

  it('asks no more of a call than a full bucket has', async () => {
    await using node = await start({ session: { capacity: 2, ...RARELY }, address: { capacity: 3, ...RARELY } });
    await using peer = await node.connect();
    expect((await peer.request('echo', large(60_000))).error).toBeUndefined();
    expect((await peer.request('echo')).error).toMatchObject({ code: -32029 });
  });

  it('counts a frame that is no message, and the items of a batch by their share', async () => {
    await using node = await start({ session: { capacity: 10, ...RARELY }, bytesPerToken: 1_000 });
    await using peer = await node.connect();
    expect(served(await batch(peer, [call(1, 'echo', large(2_500)), call(2, 'echo')]))).toBe(2);
    peer.send(`${'['.repeat(100)}${'x'.repeat(4_400)}`);
    await eventually(() => expect(peer.messages.at(-1)?.error).toMatchObject({ code: -32700 }));
    expect((await peer.request('echo')).error).toBeUndefined();
    expect((await peer.request('echo')).error).toMatchObject({ code: -32029 });
  });

  it('is off with 0', async () => {
    await using node = await start({ session: { capacity: 3, ...RARELY }, bytesPerToken: 0 });
    await using peer = await node.connect();
    for (let calls = 0; calls < 3; calls++) expect((await peer.request('echo', large(60_000))).error).toBeUndefined();
  });
});
