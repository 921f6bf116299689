import { WebSocket } from 'ws';
import type { Principal } from 'nestjs-realtime';
import { RpcCall, RpcError, RpcMethod } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

const limited = (perUser: number) => ({ limits: { connections: { perUser } } });
const USERS = 60;

/** Signs in and answers with an error. */
class Undecided {
  @RpcMethod('sign.in.and.fail')
  async fail({ userId }: { userId: string }, call: RpcCall): Promise<never> {
    const entry = call.session.signIn({ userId });
    await entry.left;
    entry.takeBack();
    throw RpcError.of('Conflict', 'Not after all');
  }
}

const signIn = (peer: RpcPeer, userId: string, platform?: string) =>
  peer.request('sign.in', { userId, ...(platform === undefined ? {} : { platform }) });

describe.each(RIGS)('Limits of a user over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('count the sessions of all nodes, and have room as soon as one has left', async () => {
    await using cluster = await TestCluster.start(rig, 3, {}, limited(2));
    const [first, second, third] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann'), await cluster.connect(2)];
    const refused = await signIn(third, 'ann');
    expect(refused.error).toMatchObject({ reason: 'TooManyRequests', data: { retryAfterMs: 5_000 } });
    expect((await signIn(third, 'bob')).error).toBeUndefined();
    second.socket.close();
    const fourth = await cluster.connect(2);
    await eventually(async () => expect((await signIn(fourth, 'ann')).error).toBeUndefined());
    // Who signs in again as the same user has a place.
    expect((await signIn(first, 'ann')).error).toBeUndefined();
    expect((await signIn(await cluster.connect(1), 'ann')).error?.reason).toBe('TooManyRequests');
  });

  it('give the place of a former user back, and that of a sign-in which failed', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, limited(1), [Undecided]);
    const [a, b] = [await cluster.connect(0, 'ann'), await cluster.connect(1)];
    expect((await signIn(a, 'bob')).error).toBeUndefined();
    await eventually(async () => expect((await signIn(b, 'ann')).error).toBeUndefined());
    const c = await cluster.connect(0);
    expect((await c.request('sign.in.and.fail', { userId: 'carl' })).error?.reason).toBe('Conflict');
    const d = await cluster.connect(1);
    await eventually(async () => expect((await signIn(d, 'carl')).error).toBeUndefined());
    // Who was somebody before has that place again.
    expect((await b.request('sign.in.and.fail', { userId: 'dora' })).error?.reason).toBe('Conflict');
    expect((await signIn(c, 'ann')).error?.reason).toBe('TooManyRequests');
    await eventually(async () => expect((await signIn(c, 'dora')).error).toBeUndefined());
  });

  it('let the newest session of a user replace the others, wherever they are', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { singleSession: 'user' });
    const first = await cluster.connect(0, 'ann');
    const second = await cluster.connect(1, 'ann');
    expect(await first.closed).toMatchObject({ code: 4501, reason: 'Replaced' });
    expect(heard(first, 'session.kicked')).toEqual([{ reason: 'Signed in elsewhere' }]);
    const third = await cluster.connect(1, 'ann');
    expect((await second.closed).code).toBe(4501);
    await third.result('heartbeat');
  });

  it('let one of each platform stay', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { singleSession: 'platform', ...limited(2) });
    const [web, ios] = [await cluster.connect(0, 'ann', 'web'), await cluster.connect(1, 'ann', 'ios')];
    const webAgain = await cluster.connect(1, 'ann', 'web');
    expect((await web.closed).code).toBe(4501);
    for (const peer of [ios, webAgain]) await peer.result('heartbeat');
    await eventually(async () => expect((await signIn(await cluster.connect(0), 'ann', 'android')).error?.reason).toBe('TooManyRequests'));
  });

  it('hold when everybody signs in at once, twice, on three nodes', async () => {
    await using cluster = await TestCluster.start(rig, 3, {}, limited(1));
    const peers = await Promise.all(Array.from({ length: USERS * 2 }, (_, index) => cluster.connect(index % 3)));
    const answers = await Promise.all(peers.map((peer, index) => signIn(peer, `u${index % USERS}`)));
    const granted = answers.filter(({ error }) => error === undefined);
    expect(granted.length).toBe(USERS);
    expect(answers.filter(({ error }) => error?.reason === 'TooManyRequests').length).toBe(USERS);
    const { nodes } = await cluster.hub(0).clusterStats();
    expect(nodes.reduce((sum, { signedIn }) => sum + signedIn, 0)).toBe(USERS);
  });

  it('leave one session of each user when everybody signs in at once and replaces', async () => {
    await using cluster = await TestCluster.start(rig, 3, {}, { singleSession: 'user' });
    const peers = await Promise.all(Array.from({ length: USERS * 2 }, (_, index) => cluster.connect(index % 3)));
    // Some are told that they were replaced before their answer would have left.
    peers.forEach((peer, index) => peer.send({ jsonrpc: '2.0', id: 1, method: 'sign.in', params: { userId: `u${index % USERS}` } }));
    await eventually(async () => {
      for (let user = 0; user < USERS; user++) {
        expect(await cluster.hub(0).sessions({ kind: 'user', userId: `u${user}` })).toMatchObject({ count: 1, missingNodes: [] });
      }
    });
    const left = (): RpcPeer[] => peers.filter(({ socket }) => socket.readyState > WebSocket.OPEN);
    await eventually(() => expect(left().length).toBe(USERS));
    const closed = await Promise.all(left().map((peer) => peer.closed));
    expect(closed.map(({ code }) => code)).toEqual(Array.from({ length: USERS }, () => 4501));
  });

  it('turn a handshake away whose user has too many', async () => {
    const authenticator = (token: string): Principal => ({ userId: token });
    await using cluster = await TestCluster.start(rig, 2, {}, { auth: { authenticator }, ...limited(1) });
    const open = (index: number, token: string) =>
      RpcPeer.connect(cluster.node(index).url(), { headers: { authorization: `Bearer ${token}` } });
    await using first = await open(0, 'ann');
    await first.result('heartbeat');
    await expect(open(1, 'ann')).rejects.toThrow('429');
    await using other = await open(1, 'bob');
    await other.result('heartbeat');
    first.socket.close();
    await eventually(async () => (await open(1, 'ann')).socket.close());
  });

  it('give a user who is on two nodes its rate once', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, { rate: { user: { capacity: 20, refillPerSec: 0.01 } } });
    const [a, b] = [await cluster.connect(0, 'ann'), await cluster.connect(1, 'ann')];
    // What the nodes have told each other by now comes before the answers to this.
    for (const index of [0, 1]) await cluster.hub(index).clusterStats();
    const served = async (peer: RpcPeer): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 30 }, () => peer.request('sign.in', { userId: 'ann' })));
      return answers.filter(({ error }) => error === undefined).length;
    };
    const counts = [await served(a), await served(b)];
    for (const count of counts) expect([9, 10]).toContain(count);
  });

  it('take the places of a node that is gone as free', async () => {
    await using cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: 300 }, limited(1));
    await cluster.connect(0, 'ann');
    const late = await cluster.connect(1);
    expect((await signIn(late, 'ann')).error?.reason).toBe('TooManyRequests');
    await cluster.lose(0);
    await eventually(async () => expect((await signIn(late, 'ann')).error).toBeUndefined());
  });
});
