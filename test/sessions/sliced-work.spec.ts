/** Work over many sessions that goes on in slices: sessions change while they wait for their turn. */
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall, Session } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

const COUNT = 40;

/** Holds the loop for so long that a slice is over. */
function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function crowd(options: { slow: boolean }) {
  const observers = options.slow ? [{ topicJoined: () => busy(2) }] : [];
  const node = await startNode({ options: { fairness: { sliceMs: 1 }, observers, heartbeat: { pingIntervalMs: 0 } } });
  const peers: RpcPeer[] = [];
  for (let i = 0; i < COUNT; i++) peers.push(await node.connect());
  const sessions = node.hub.find({ kind: 'all' });
  for (const session of sessions) await session.login({ userId: 'alice' });
  const last = node.hub.find({ kind: 'user', userId: 'alice' }).at(-1) as Session;
  const dispose = async (): Promise<void> => {
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
    await node[Symbol.asyncDispose]();
  };
  return { node, last, [Symbol.asyncDispose]: dispose };
}

describe('a session that is somebody else’s when its turn comes', () => {
  it('is not put into the topic of the user whom the server meant', async () => {
    await using people = await crowd({ slow: true });
    const joined = people.node.hub.subscribe({ kind: 'user', userId: 'alice' }, 'private:alice');
    await people.last.logout();
    await people.last.login({ userId: 'bob' });
    expect(await joined).toMatchObject({ count: COUNT - 1 });
    expect([...people.last.topics]).toEqual([]);
  });

  it.each([
    ['user', { kind: 'user', userId: 'alice' }],
    ['signed-in', { kind: 'signed-in' }],
  ] as const)('is not kicked with those that %s means', async (_kind, target) => {
    await using people = await crowd({ slow: false });
    for (const session of people.node.hub.find({ kind: 'all' })) session.onClose(() => undefined);
    const kicked = people.node.hub.kick(target, 'over');
    // It may have been kicked in the first slice already: then there is nothing to see.
    const waits = people.last.state === 'open';
    if (waits) await people.last.logout();
    expect(await kicked).toMatchObject({ count: waits ? COUNT - 1 : COUNT });
    expect(people.last.state === 'open').toBe(waits);
  });
});

@RpcGateway()
class StubbornGateway {
  /** Does not look at its signal. */
  @RpcMethod()
  work(_params: unknown, { session }: RpcCall): Promise<never> {
    session.push('begun');
    return new Promise(() => undefined);
  }
}

describe('a peer that is sent away while it is not read', () => {
  it.each([100, 2000])('and answers behind %i frames that nobody reads any more is gone at once', async (frames) => {
    await using node = await startNode({ providers: [StubbornGateway], options: { limits: { inFlight: 1 }, writeTimeoutMs: 60_000 } });
    await using peer = await RawPeer.connect(node.port);
    for (const id of [1, 2, 3]) peer.send({ jsonrpc: '2.0', id, method: 'work' });
    await eventually(() => expect(peer.messages.filter(({ method }) => method === 'begun')).toHaveLength(1));
    peer.send(...Array<number>(frames).fill(1));
    await node.hub.kick({ kind: 'all' }, 'over');
    await eventually(() => expect(peer.closeCode).toBe(4500));
    peer.sayGoodbye(4500);
    await peer.ended;
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
  });
});
