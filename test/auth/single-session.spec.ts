/** A user who may be signed in once, or once on each platform. */
import type { RealtimeOptions } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { RpcPeer as Peers } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { staticAuth } from './accounts.js';

const start = (singleSession: 'user' | 'platform' | 'off', more: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [PeopleGateway], options: { auth: staticAuth(), singleSession, ...more } });

const ways: [string, (node: RunningNode) => Promise<RpcPeer>][] = [
  [
    'login',
    async (node) => {
      const peer = await node.connect();
      await peer.result('login', { accessToken: 'alice-token' });
      return peer;
    },
  ],
  ['the opening request', (node) => Peers.connect(node.url(), { headers: { authorization: 'Bearer alice-token' } })],
  [
    'a method of the team',
    async (node) => {
      const peer = await node.connect();
      await peer.result('signIn', { userId: 'alice' });
      return peer;
    },
  ],
];

describe.each(ways)('signing in by %s', (_way, signIn) => {
  it('sends the former session of the user away, with a word first', async () => {
    await using node = await start('user');
    await using old = await signIn(node);
    await old.settled();
    await using next = await signIn(node);
    expect(await old.closed).toEqual({ code: 4501, reason: 'Replaced' });
    expect(old.pushes).toMatchObject([{ method: 'session.kicked', params: { reason: 'Signed in elsewhere' } }]);
    expect(await next.result('heartbeat')).toMatchObject({ status: 'ok' });
    await eventually(() => expect(node.hub.stats()).toMatchObject({ sessions: { open: 1, closing: 0 }, signedIn: 1, users: 1 }));
  });
});

it('sends away only the session of the same platform, if that is the policy', async () => {
  await using node = await start('platform');
  const [web, ios, nowhere] = await Promise.all([node.connect(), node.connect(), node.connect()]);
  await web.result('login', { accessToken: 'alice-token', platform: 'web' });
  await ios.result('login', { accessToken: 'alice-ios' });
  await nowhere.result('login', { accessToken: 'alice-token' });
  await using next = await node.connect();
  await next.result('login', { accessToken: 'alice-second', platform: 'web' });
  expect((await web.closed).code).toBe(4501);
  for (const peer of [ios, nowhere, next]) expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
  for (const peer of [web, ios, nowhere]) await peer[Symbol.asyncDispose]();
});

it('leaves other users alone, also those whose names end alike', async () => {
  await using node = await start('user');
  const users = ['1', 'user_1', '11', 'web:1'];
  const peers = await Promise.all(users.map(() => node.connect()));
  await Promise.all(peers.map((peer, index) => peer.result('signIn', { userId: users[index] })));
  await using next = await node.connect();
  await next.result('signIn', { userId: '1' });
  expect((await peers[0]?.closed)?.code).toBe(4501);
  for (const peer of peers.slice(1)) await peer.settled();
  expect(node.hub.stats()).toMatchObject({ signedIn: 4, users: 4 });
  for (const peer of peers) await peer[Symbol.asyncDispose]();
});

it('does not send a session away that signs in again or refreshes', async () => {
  await using node = await start('user');
  await using peer = await node.connect();
  await peer.result('login', { accessToken: 'alice-token' });
  await peer.result('login', { accessToken: 'alice-second' });
  await peer.result('refresh', { accessToken: 'alice-token' });
  expect(peer.pushes).toEqual([]);
  expect(node.hub.sessionsOfUser('alice')).toHaveLength(1);
});

it('lets any number stand if it is off', async () => {
  await using node = await start('off');
  const peers = await Promise.all(Array.from({ length: 5 }, () => node.connect()));
  await Promise.all(peers.map((peer) => peer.result('login', { accessToken: 'alice-token' })));
  expect(node.hub.sessionsOfUser('alice')).toHaveLength(5);
  for (const peer of peers) await peer[Symbol.asyncDispose]();
});

it('leaves one session of many that sign in at once', async () => {
  await using node = await start('user');
  const peers = await Promise.all(Array.from({ length: 20 }, () => node.connect()));
  for (const peer of peers) peer.send({ jsonrpc: '2.0', id: 1, method: 'login', params: { accessToken: 'alice-token' } });
  await eventually(() => expect(node.hub.stats()).toMatchObject({ sessions: { open: 1, closing: 0 }, signedIn: 1, users: 1 }));
  expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 1 });
  const codes = await Promise.all(peers.filter(({ socket }) => socket.readyState !== socket.OPEN).map(({ closed }) => closed));
  expect(codes.map(({ code }) => code)).toEqual(Array<number>(19).fill(4501));
  for (const peer of peers) await peer[Symbol.asyncDispose]();
});

it('makes room under the limit of the user', async () => {
  await using node = await start('user', { limits: { connections: { perUser: 1 } } });
  await using old = await node.connect();
  await old.result('login', { accessToken: 'alice-token' });
  await using next = await node.connect();
  expect(await next.result('login', { accessToken: 'alice-token' })).toMatchObject({ userId: 'alice' });
  expect((await old.closed).code).toBe(4501);
});
