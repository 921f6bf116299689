/** Identities that change while something else is going on. */
import { once } from 'node:events';
import type { NestInterceptor } from '@nestjs/common';
import { RpcError, TopicPolicy, TopicSnapshot } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { map } from 'rxjs';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { HeldAuthenticator, staticAuth } from './accounts.js';

/** Policies that answer when the test lets them. */
class Gates {
  private readonly waiting: ((allowed: boolean) => void)[] = [];

  @TopicPolicy('gated:*')
  ask(_request: TopicRequest): Promise<boolean> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Answers when so many wait. */
  async answer(allowed: boolean, count = 1): Promise<void> {
    const waiting = await eventually(() => (this.waiting.length >= count ? this.waiting.splice(0) : nobody()));
    for (const resolve of waiting) resolve(allowed);
  }
}

function nobody(): never {
  throw new Error('The policy was not asked');
}

const NOBODY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };

it('two logins of one session happen in their order, however long each takes', async () => {
  const authenticator = new HeldAuthenticator();
  await using node = await startNode({ options: { auth: { authenticator } } });
  await using peer = await node.connect();
  const first = peer.request('login', { accessToken: 'a' });
  const second = peer.request('login', { accessToken: 'b' });
  await authenticator.answer('a', { userId: 'alice' });
  expect((await first).result).toMatchObject({ userId: 'alice' });
  await authenticator.answer('b', { userId: 'bob' });
  expect((await second).result).toMatchObject({ userId: 'bob' });
  expect([await node.hub.pushToUser('alice', 'x'), await node.hub.pushToUser('bob', 'x')]).toEqual([{ reached: 0 }, { reached: 1 }]);
  expect(node.hub.stats()).toMatchObject({ users: 1, signedIn: 1 });
});

it('a logout behind a slow login leaves the session anonymous', async () => {
  const authenticator = new HeldAuthenticator();
  await using node = await startNode({ options: { auth: { authenticator } } });
  await using peer = await node.connect();
  const login = peer.request('login', { accessToken: 'a' });
  const logout = peer.request('logout');
  await authenticator.answer('a', { userId: 'alice' });
  await Promise.all([login, logout]);
  expect(node.hub.stats()).toMatchObject({ users: 0, signedIn: 0, anonymous: 1 });
});

it('a login as somebody else takes nothing along that was asked for before', async () => {
  await using node = await startNode({ providers: [Gates], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  await peer.result('login', { accessToken: 'alice-token' });
  const subscribe = peer.request('subscribe', { topics: ['gated:alice'] });
  await peer.result('login', { accessToken: 'bob-token' });
  await node.app.get(Gates).answer(true);
  expect((await subscribe).error).toMatchObject({ code: -32009 });
  expect(await node.hub.pushToTopic('gated:alice', 'x')).toEqual({ reached: 0 });
});

it('a refresh lets a subscription go on that is being checked', async () => {
  await using node = await startNode({ providers: [Gates], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  await peer.result('login', { accessToken: 'alice-token' });
  const subscribe = peer.request('subscribe', { topics: ['gated:1'] });
  const refresh = peer.request('refresh', { accessToken: 'alice-second' });
  // The refresh asks about it as well, and so does the subscription: what was allowed before the refresh says nothing.
  await node.app.get(Gates).answer(true, 2);
  await node.app.get(Gates).answer(true, 1);
  expect((await refresh).result).toEqual({ userId: 'alice', expiresAt: null });
  expect((await subscribe).result).toEqual({ subscribed: ['gated:1'] });
});

it('a sign-in without the role, while the policy is asked, is judged anew: nothing of the topic is told', async () => {
  class Roles {
    readonly waiting: (() => void)[] = [];

    @TopicPolicy('staff:*')
    async judge({ principal }: TopicRequest): Promise<boolean> {
      const isStaff = principal?.roles?.includes('admin') ?? false;
      if (isStaff) await new Promise<void>((resolve) => this.waiting.push(resolve));
      return isStaff;
    }

    @TopicSnapshot('staff:*')
    state(): string {
      return 'secret';
    }
  }
  await using node = await startNode({ providers: [Roles], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  await peer.result('login', { accessToken: 'alice-token' });
  const subscribe = peer.request('subscribe', { topics: ['staff:1'] });
  const { waiting } = node.app.get(Roles);
  await eventually(() => expect(waiting.length).toBe(1));
  await peer.result('login', { accessToken: 'alice-second' });
  for (const resolve of waiting) resolve();
  expect((await subscribe).result).toEqual({ subscribed: [] });
  expect(await node.hub.pushToTopic('staff:1', 'x')).toEqual({ reached: 0 });
  expect(peer.frames.join()).not.toContain('secret');
});

it('a topic that is refused when it is asked for again is left, unless the server chose it', async () => {
  await using node = await startNode({ providers: [Gates], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  const gates = node.app.get(Gates);
  for (const topic of ['gated:1', 'gated:2']) {
    const first = peer.request('subscribe', { topics: [topic] });
    await gates.answer(true);
    expect((await first).result).toEqual({ subscribed: [topic] });
  }
  await node.hub.subscribe({ kind: 'all' }, 'gated:2');
  const again = peer.request('subscribe', { topics: ['gated:1', 'gated:2'] });
  await gates.answer(false);
  await gates.answer(false);
  expect((await again).error).toMatchObject({ code: -32003 });
  expect([node.hub.sessionsOfTopic('gated:1').length, node.hub.sessionsOfTopic('gated:2').length]).toEqual([0, 1]);
});

it.each([
  ['login', { accessToken: 'alice-token' }, 'bob-token'],
  ['logout', undefined, 'alice-token'],
])('a %s whose answer is made an error has not happened', async (method, params, before) => {
  let isBroken = false;
  const breaking: NestInterceptor = {
    intercept: (_context, next) =>
      next.handle().pipe(
        map((result: unknown) => {
          if (isBroken) throw RpcError.of('ServiceUnavailable', 'broken');
          return result;
        }),
      ),
  };
  await using node = await startNode({ options: { auth: staticAuth() }, configure: (app) => app.useGlobalInterceptors(breaking) });
  await using peer = await node.connect();
  isBroken = true;
  expect((await peer.request('login', { accessToken: 'alice-token' })).error).toMatchObject({ code: -32053 });
  expect(node.hub.stats()).toMatchObject({ signedIn: 0, users: 0 });
  isBroken = false;
  const { userId } = (await peer.result('login', { accessToken: before })) as { userId: string };
  isBroken = true;
  expect((await peer.request(method, params)).error).toMatchObject({ code: -32053 });
  expect(node.hub.sessionsOfUser(userId).length).toBe(1);
  expect(node.hub.stats()).toMatchObject({ signedIn: 1, users: 1 });
});

it('a session that ends while its login is pending leaves no trace of the user', async () => {
  const authenticator = new HeldAuthenticator();
  await using node = await startNode({ options: { auth: { authenticator } } });
  const peer = await node.connect();
  peer.notify('login', { accessToken: 'a' });
  await eventually(() => expect(authenticator.asked).toHaveLength(1));
  await peer[Symbol.asyncDispose]();
  await authenticator.answer('a', { userId: 'alice' });
  await eventually(() => expect(node.hub.stats()).toMatchObject(NOBODY));
  expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 0 });
});

it('a peer that leaves while its opening request is judged leaves no session', async () => {
  const authenticator = new HeldAuthenticator();
  const options = { auth: { authenticator }, limits: { connections: { total: 1 } } };
  await using node = await startNode({ providers: [PeopleGateway], options });
  const leaving = new WebSocket(node.url(), { headers: { authorization: 'Bearer a' } });
  const failed = once(leaving, 'error');
  await eventually(() => expect(authenticator.asked).toHaveLength(1));
  leaving.terminate();
  await failed;
  await authenticator.answer('a', { userId: 'alice' });
  await using next = await eventually(() => node.connect());
  await next.settled();
  expect(node.hub.stats()).toMatchObject({ sessions: { open: 1, closing: 0 }, signedIn: 0 });
  expect(node.app.get(PeopleGateway).sessions).toHaveLength(1);
});

it('a user who is kicked while calls pour in is gone, and nothing breaks', async () => {
  await using node = await startNode({ providers: [PeopleGateway], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  await peer.result('login', { accessToken: 'alice-token' });
  for (let i = 0; i < 500; i++)
    peer.send({ jsonrpc: '2.0', id: i, method: i % 5 === 0 ? 'login' : 'echo', params: { accessToken: 'alice-token' } });
  await eventually(() => expect(peer.frames.length).toBeGreaterThan(20));
  expect(await node.hub.kick({ kind: 'user', userId: 'alice' }, 'enough')).toEqual({ count: 1, missingNodes: [] });
  for (let i = 0; i < 500; i++) peer.send({ jsonrpc: '2.0', id: i, method: 'login', params: { accessToken: 'alice-token' } });
  expect(await peer.closed).toEqual({ code: 4500, reason: 'Kicked' });
  expect(peer.pushes.at(-1)).toMatchObject({ method: 'session.kicked', params: { reason: 'enough' } });
  await eventually(() => expect(node.hub.stats()).toMatchObject(NOBODY));
});

it('gauges are back at zero after any coming and going', async () => {
  await using node = await startNode({ options: { auth: staticAuth(), singleSession: 'platform' } });
  const tokens = ['alice-token', 'alice-second', 'alice-ios', 'bob-token', 'wrong'];
  const lives = Array.from({ length: 60 }, async (_unused, index) => {
    const peer = await node.connect();
    for (let step = 0; step < 4; step++) {
      const accessToken = tokens[(index + step) % tokens.length];
      peer.notify(step === 2 ? 'logout' : 'login', { accessToken });
      peer.notify('subscribe', { topics: [`t${index % 3}`] });
    }
    await Promise.race([peer.request('heartbeat'), peer.closed]);
    await peer[Symbol.asyncDispose]();
  });
  await Promise.all(lives);
  await eventually(() => expect(node.hub.stats()).toMatchObject(NOBODY));
});
