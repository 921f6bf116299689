/** How many connections a node takes. */
import type { Principal, RealtimeOptions } from 'nestjs-realtime';
import { HeldAuthenticator, staticAuth } from '../auth/accounts.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { Rejections } from './rejections.js';

type Limits = NonNullable<NonNullable<RealtimeOptions['limits']>['connections']>;

const start = (connections: Limits, more: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [PeopleGateway], options: { limits: { connections }, ...more } });

/** Opens so many at once; those that were refused are undefined. */
function storm(node: RunningNode, count: number, headers: Record<string, string> = {}): Promise<(RpcPeer | undefined)[]> {
  return Promise.all(Array.from({ length: count }, () => RpcPeer.connect(node.url(), { headers }).catch(() => undefined)));
}

async function leave(peers: readonly (RpcPeer | undefined)[]): Promise<void> {
  for (const peer of peers) await peer?.[Symbol.asyncDispose]();
}

const everybodyGone = (node: RunningNode): Promise<void> =>
  eventually(() => expect(node.hub.stats()).toMatchObject({ sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, users: 0 }));

const cases: [string, Limits, number, string][] = [
  ['total', { total: 7 }, 503, 'TotalLimit'],
  ['perAddress', { perAddress: 7 }, 429, 'AddressLimit'],
  ['anonymous', { anonymous: 7 }, 503, 'AnonymousLimit'],
];

describe.each(cases)('limits.connections.%s', (_name, limits, status, reason) => {
  it('holds under 50 handshakes at once, and places come back', async () => {
    const rejections = new Rejections();
    await using node = await start(limits, { observers: [rejections] });
    for (let round = 0; round < 3; round++) {
      const peers = await storm(node, 50);
      expect(peers.filter((peer) => peer !== undefined)).toHaveLength(7);
      expect(node.hub.stats().sessions.open).toBe(7);
      await leave(peers);
      await everybodyGone(node);
    }
    expect(rejections.facts).toEqual(Array.from({ length: 129 }, () => ({ status, reason, address: '127.0.0.1' })));
  });

  it('holds while others are asked, and places of those who are refused come back', async () => {
    const admission = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(Math.random() > 0.3)));
    await using node = await start(limits, { admission });
    const peers = (await Promise.all([storm(node, 25), storm(node, 25)])).flat();
    expect(node.hub.stats().sessions.open).toBeLessThanOrEqual(7);
    await leave(peers);
    await everybodyGone(node);
    let opened = 0;
    const later: RpcPeer[] = [];
    while (opened < 7) {
      const peer = await RpcPeer.connect(node.url()).catch(() => undefined);
      if (!peer) continue;
      later.push(peer);
      opened++;
    }
    await leave(later);
  });

  it('refuses with a whole response that says when to come back', async () => {
    await using node = await start(limits);
    const peers = await storm(node, 7);
    const response = await rawUpgrade(node.port);
    expect([response.status, response.headers['retry-after']]).toEqual([status, '5']);
    expect(response.headers['content-length']).toBe(String(response.body.length));
    await leave(peers);
  });

  it('takes nothing for requests that come to nothing', async () => {
    await using node = await start(limits);
    for (let i = 0; i < 20; i++) {
      expect((await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Key': 'short' })).status).toBe(400);
      expect((await rawUpgrade(node.port, '/ws', { Origin: 'http://evil.example' })).status).toBe(403);
      expect((await rawUpgrade(node.port, '/nowhere')).status).toBe(404);
    }
    const peers = await storm(node, 7);
    expect(peers).not.toContain(undefined);
    await leave(peers);
  });
});

describe('limits.connections.anonymous', () => {
  it('is not for those who have signed in, at the beginning or later', async () => {
    await using node = await start({ anonymous: 1 }, { auth: staticAuth() });
    await using first = await node.connect();
    expect((await rawUpgrade(node.port)).status).toBe(503);
    const signedIn = await storm(node, 5, { authorization: 'Bearer alice-token' });
    expect(signedIn).not.toContain(undefined);
    await first.result('login', { accessToken: 'bob-token' });
    await using second = await node.connect();
    await second.settled();
    expect(node.hub.stats()).toMatchObject({ signedIn: 6, anonymous: 1 });
    await leave(signedIn);
  });
});

describe('limits.connections.perUser', () => {
  it('refuses a login with the time to wait, and the session stays anonymous', async () => {
    await using node = await start({ perUser: 2 }, { auth: staticAuth() });
    const peers = await Promise.all([node.connect(), node.connect(), node.connect(), node.connect()]);
    const [first, second, third, bob] = peers;
    await first.result('login', { accessToken: 'alice-token' });
    await second.result('login', { accessToken: 'alice-second' });
    const { error } = await third.request('login', { accessToken: 'alice-ios' });
    expect(error).toMatchObject({ code: -32029, reason: 'TooManyRequests', data: { retryAfterMs: 5_000 } });
    expect(await bob.result('login', { accessToken: 'bob-token' })).toMatchObject({ userId: 'bob' });
    // Those who are in may sign in again, refresh, and make room.
    await first.result('login', { accessToken: 'alice-second' });
    await second.result('refresh', { accessToken: 'alice-token' });
    await second.result('logout');
    expect(await third.result('login', { accessToken: 'alice-ios' })).toMatchObject({ userId: 'alice' });
    expect(node.hub.stats()).toMatchObject({ signedIn: 3, anonymous: 1, users: 2 });
    await leave(peers);
  });

  it('holds for a method of the team', async () => {
    await using node = await start({ perUser: 1 });
    await using first = await node.connect();
    await using second = await node.connect();
    await first.result('signIn', { userId: '1' });
    expect((await second.request('signIn', { userId: '1' })).error).toMatchObject({ code: -32029 });
    expect(await second.result('signIn', { userId: 'user_1' })).toBe('user_1');
  });

  it('refuses an opening request with 429, also when many come at once', async () => {
    const rejections = new Rejections();
    const authenticator = (): Promise<Principal> => new Promise((resolve) => setImmediate(() => resolve({ userId: 'u' })));
    await using node = await start({ perUser: 3 }, { auth: { authenticator }, observers: [rejections] });
    const peers = await storm(node, 50, { authorization: 'Bearer x' });
    expect(peers.filter((peer) => peer !== undefined)).toHaveLength(3);
    expect(new Set(rejections.reasons)).toEqual(new Set(['UserLimit']));
    const response = await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer x' });
    expect([response.status, response.headers['retry-after']]).toEqual([429, '5']);
    await leave(peers);
    await everybodyGone(node);
  });

  it('holds when many sessions sign in at once', async () => {
    await using node = await start({ perUser: 3 }, { auth: staticAuth() });
    const peers = await Promise.all(Array.from({ length: 20 }, () => node.connect()));
    const answers = await Promise.all(peers.map((peer) => peer.request('login', { accessToken: 'alice-token' })));
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(3);
    expect(node.hub.sessionsOfUser('alice')).toHaveLength(3);
    await leave(peers);
  });
});

describe('a place among the connections', () => {
  it('is held while a request waits to be judged', async () => {
    const authenticator = new HeldAuthenticator();
    await using node = await start({ total: 1 }, { auth: { authenticator } });
    const connecting = RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer a' } });
    await eventually(() => expect(authenticator.asked).toHaveLength(1));
    expect((await rawUpgrade(node.port)).status).toBe(503);
    await authenticator.answer('a', { userId: 'alice' });
    await using peer = await connecting;
    await peer.settled();
    expect((await rawUpgrade(node.port)).status).toBe(503);
  });

  it('is given back by sessions that end in any way', async () => {
    await using node = await start({ total: 1 });
    const endings: ((peer: RpcPeer) => unknown)[] = [
      (peer) => peer.socket.close(),
      (peer) => peer.socket.terminate(),
      () => node.hub.kick({ kind: 'all' }, 'out'),
      (peer) => peer.socket.send(Buffer.from([1])),
      () => node.app.get(PeopleGateway).sessions.at(-1)?.terminate(),
    ];
    for (const end of endings) {
      const peer = await node.connect();
      await peer.settled();
      await end(peer);
      await peer.closed;
      await everybodyGone(node);
    }
    await using last = await node.connect();
    await last.settled();
  });
});

describe('signing out', () => {
  it('holds limits.connections.anonymous as well: one too many is answered, and closed with 4008', async () => {
    const rejections = new Rejections();
    const options = { auth: staticAuth(), anonymousTimeoutMs: 0, observers: [rejections] };
    await using node = await start({ anonymous: 2 }, options);
    const peers: RpcPeer[] = [];
    for (let i = 0; i < 4; i++) {
      const peer = await RpcPeer.connect(node.url(), { headers: { Authorization: 'Bearer alice-token' } });
      peers.push(peer);
    }
    for (const peer of peers) expect((await peer.request('logout')).result).toEqual({});
    const codes = await Promise.all(peers.slice(2).map(({ closed }) => closed));
    expect(codes.map(({ code }) => code)).toEqual([4008, 4008]);
    await eventually(() => expect(node.hub.stats()).toMatchObject({ anonymous: 2, sessions: { open: 2, closing: 0 } }));
    for (const peer of peers.slice(0, 2)) expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
    await leave(peers);
  });
});
