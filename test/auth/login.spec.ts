/** The library's own methods for signing in and out. */
import { RpcMethod, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { HeldAuthenticator, PRINCIPALS, staticAuth } from './accounts.js';

const FREE = { userId: 'alice', expiresAt: null };

describe('login', () => {
  it('answers who the session is, and when that runs out', async () => {
    const expiresAtMs = Date.now() + 60_000;
    const authenticator = () => ({ userId: 'carol', expiresAtMs });
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await node.connect();
    expect(await peer.result('login', { accessToken: 'x' })).toEqual({ userId: 'carol', expiresAt: expiresAtMs });
    expect(node.hub.sessionsOfUser('carol')).toHaveLength(1);
  });

  it('is done before its reply: topics and pushes work at once', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    for (let i = 0; i < 20; i++) {
      await using peer = await node.connect();
      expect((await peer.request('subscribe', { topics: ['news'] })).error).toMatchObject({ code: -32001 });
      expect(await peer.result('login', { accessToken: 'alice-token' })).toEqual(FREE);
      const pushed = node.hub.pushToUser('alice', 'hello');
      expect(await peer.result('subscribe', { topics: ['news'] })).toEqual({ subscribed: ['news'] });
      expect(await pushed).toEqual({ reached: 1 });
    }
  });

  it('holds up the calls behind it, so that they count as the user', async () => {
    const authenticator = new HeldAuthenticator();
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await node.connect();
    const login = peer.request('login', { accessToken: 't' });
    const subscribe = peer.request('subscribe', { topics: ['news'] });
    const beat = peer.request('heartbeat');
    await authenticator.answer('t', { userId: 'alice' });
    expect((await login).result).toEqual(FREE);
    expect((await subscribe).result).toEqual({ subscribed: ['news'] });
    expect((await beat).result).toMatchObject({ status: 'ok' });
  });

  it('works in one batch with what needs it', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    const call = (id: number, method: string, params: unknown): object => ({ jsonrpc: '2.0', id, method, params });
    peer.send([call(1, 'login', { accessToken: 'alice-token' }), call(2, 'subscribe', { topics: ['news'] })]);
    const frame = await eventually(() => peer.frames[0] ?? missing());
    const answers = JSON.parse(frame) as { id: number; result: unknown }[];
    expect(new Map(answers.map(({ id, result }) => [id, result]))).toEqual(
      new Map<number, unknown>([
        [1, FREE],
        [2, { subscribed: ['news'] }],
      ]),
    );
  });

  it.each([
    ['a token that nobody has', { accessToken: 'wrong' }, -32001],
    ['a token that is the beginning of one', { accessToken: 'alice-toke' }, -32001],
    ['no token', {}, -32602],
    ['an empty token', { accessToken: '' }, -32602],
    ['a token that is no text', { accessToken: { $ne: null } }, -32602],
    ['params as a list', ['alice-token'], -32602],
    ['an unknown platform', { accessToken: 'alice-token', platform: 'toaster' }, -32602],
    ['a platform that is no text', { accessToken: 'alice-token', platform: 1 }, -32602],
    ['a platform that the token is not for', { accessToken: 'alice-ios', platform: 'web' }, -32003],
  ])('refuses %s', async (_what, params, code) => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    expect((await peer.request('login', params)).error).toMatchObject({ code });
    expect(node.hub.stats()).toMatchObject({ signedIn: 0, anonymous: 1, users: 0 });
  });

  it('takes a platform from the token or from the params', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using phone = await node.connect();
    await using page = await node.connect();
    await phone.result('login', { accessToken: 'alice-ios' });
    await page.result('login', { accessToken: 'alice-token', platform: 'web' });
    expect(node.hub.stats().byPlatform).toEqual({ ios: 1, web: 1 });
  });

  it('refuses a token that has run out, whatever the authenticator says', async () => {
    const authenticator = () => ({ userId: 'carol', expiresAtMs: Date.now() - 1 });
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await node.connect();
    expect((await peer.request('login', { accessToken: 'x' })).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
  });

  it('keeps the session who it was when it is refused', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'alice-token' });
    expect((await peer.request('login', { accessToken: 'wrong' })).error).toMatchObject({ code: -32001 });
    expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 1 });
  });

  it('does not wait for an authenticator that never answers', async () => {
    const authenticator = new HeldAuthenticator();
    await using node = await startNode({ options: { auth: { authenticator }, admissionTimeoutMs: 50 } });
    await using peer = await node.connect();
    expect((await peer.request('login', { accessToken: 't' })).error).toMatchObject({ code: -32008, reason: 'Timeout' });
    await authenticator.answer('t', { userId: 'late' });
    await peer.settled();
    expect(node.hub.stats().signedIn).toBe(0);
  });

  it('that was cancelled changes nothing', async () => {
    const authenticator = new HeldAuthenticator();
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await node.connect();
    const login = peer.request('login', { accessToken: 't' }, 'l1');
    peer.notify('$/cancelRequest', { id: 'l1' });
    expect((await login).error).toMatchObject({ code: -32800 });
    await authenticator.answer('t', { userId: 'alice' });
    await peer.settled();
    expect(node.hub.stats()).toMatchObject({ signedIn: 0, users: 0 });
  });
});

describe('logout', () => {
  it('leaves the topics and makes the session anonymous, however often', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'alice-token' });
    await peer.result('subscribe', { topics: ['news'] });
    expect(await peer.result('logout')).toEqual({});
    expect(await peer.result('logout')).toEqual({});
    expect(node.hub.stats()).toMatchObject({ signedIn: 0, anonymous: 1, users: 0, topics: 0 });
    expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 0 });
  });
});

describe('refresh', () => {
  it('prolongs the sign-in of the same user and keeps topics and platform', async () => {
    let expiresAtMs = Date.now() + 60_000;
    await using node = await startNode({ options: { auth: { authenticator: () => ({ userId: 'carol', expiresAtMs }) } } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'x', platform: 'web' });
    await peer.result('subscribe', { topics: ['news'] });
    expiresAtMs += 60_000;
    expect(await peer.result('refresh', { accessToken: 'y' })).toEqual({ userId: 'carol', expiresAt: expiresAtMs });
    expect(node.hub.sessionsOfTopic('news')).toHaveLength(1);
    expect(node.hub.stats().byPlatform).toEqual({ web: 1 });
  });

  it.each([
    ['a token of somebody else', 'bob-token', -32003],
    ['a bad token', 'wrong', -32001],
  ])('refuses %s, and the session stays who it was', async (_what, accessToken, code) => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'alice-token' });
    expect((await peer.request('refresh', { accessToken })).error).toMatchObject({ code });
    expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 1 });
  });

  it('is refused to a session that has not signed in', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect();
    expect((await peer.request('refresh', { accessToken: 'alice-token' })).error).toMatchObject({ code: -32001 });
  });

  it('looks at the topics again, leaves those that are lost, and names them', async () => {
    const allowed = new Set(['staff:1', 'staff:2']);
    class Staff {
      @TopicPolicy('staff:*')
      mayListen({ topic }: TopicRequest): boolean {
        return allowed.has(topic);
      }
    }
    await using node = await startNode({ providers: [Staff], options: { auth: staticAuth() } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'alice-token' });
    await peer.result('subscribe', { topics: ['staff:1', 'staff:2', 'news'] });
    allowed.delete('staff:1');
    expect(await peer.result('refresh', { accessToken: 'alice-second' })).toEqual({ ...FREE, left: ['staff:1'] });
    expect(await node.hub.pushToTopic('staff:1', 'x')).toEqual({ reached: 0 });
    expect(await node.hub.pushToTopic('staff:2', 'x')).toEqual({ reached: 1 });
    expect(await node.hub.pushToTopic('news', 'x')).toEqual({ reached: 1 });
  });
});

describe('the methods for signing in', () => {
  it('are not there without an authenticator', async () => {
    await using node = await startNode();
    await using peer = await node.connect();
    for (const method of ['login', 'refresh', 'logout'])
      expect((await peer.request(method, { accessToken: 'x' })).error).toMatchObject({ code: -32601 });
  });

  it('can be renamed and switched off', async () => {
    const methods = { login: 'auth.token', refresh: false, logout: 'auth.bye' } as const;
    await using node = await startNode({ options: { auth: staticAuth(), methods } });
    await using peer = await node.connect();
    expect(await peer.result('auth.token', { accessToken: 'bob-token' })).toEqual({ userId: 'bob', expiresAt: null });
    expect(await peer.result('auth.bye')).toEqual({});
    for (const method of ['login', 'refresh', 'logout'])
      expect((await peer.request(method, { accessToken: 'x' })).error).toMatchObject({ code: -32601 });
  });

  it('leave their names to an application without an authenticator', async () => {
    class OwnLogin {
      @RpcMethod('login')
      login(): string {
        return 'ours';
      }
    }
    await using node = await startNode({ providers: [OwnLogin] });
    await using peer = await node.connect();
    expect(await peer.result('login')).toBe('ours');
  });

  it('live beside methods of a team that sign in by themselves', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { auth: staticAuth() } });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'dora' });
    expect((await peer.request('refresh', { accessToken: 'alice-token' })).error).toMatchObject({ code: -32003 });
    await peer.result('logout');
    expect(Object.keys(PRINCIPALS)).toContain('alice-token');
    expect(await peer.result('login', { accessToken: 'alice-token' })).toEqual(FREE);
  });
});

function missing(): never {
  throw new Error('no frame has arrived');
}
