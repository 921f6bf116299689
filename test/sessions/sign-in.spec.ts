import type { RpcCall, Session } from 'nestjs-realtime';
import { AttributeKey, AuthenticatedGuard, RpcGateway, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { APP_GUARD } from '@nestjs/core';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

/** A policy that answers when the test lets it. */
class Gate {
  private readonly waiting: ((allowed: boolean) => void)[] = [];

  @TopicPolicy('gated:*')
  ask(_request: TopicRequest): Promise<boolean> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async open(): Promise<void> {
    await eventually(() => {
      if (this.waiting.length === 0) throw new Error('The policy was not asked');
    });
    for (const resolve of this.waiting.splice(0)) resolve(true);
  }
}

const gate = (node: RunningNode): Gate => node.app.get(Gate);

async function sessionOf(node: RunningNode, peer: RpcPeer): Promise<Session> {
  return node.hub.session((await peer.result('sessionId')) as string) as Session;
}

describe('signing in', () => {
  it('is done before its reply: what needs a user can follow at once, and pushes to the user arrive', async () => {
    const guard = { provide: APP_GUARD, useClass: AuthenticatedGuard };
    await using node = await startNode({ providers: [PeopleGateway, guard] });
    for (let i = 0; i < 20; i++) {
      await using peer = await node.connect();
      expect((await peer.request('subscribe', { topics: ['news'] })).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
      await peer.result('signIn', { userId: `u${i}` });
      const pushed = node.hub.pushToUser(`u${i}`, 'hello');
      const subscribing = peer.request('subscribe', { topics: ['news'] });
      expect([await pushed, (await subscribing).result]).toEqual([{ reached: 1 }, { subscribed: ['news'] }]);
      await peer.push('hello');
    }
  });

  it('as another user ends all pushes for the former one, and leaves the topics', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice', platform: 'web' });
    await peer.result('subscribe', { topics: ['alice:inbox', 'news'] });
    await peer.result('signIn', { userId: 'bob', platform: 'web' });
    expect(await node.hub.pushToUser('alice', 'for.alice')).toEqual({ reached: 0 });
    expect(await node.hub.pushToTopic('alice:inbox', 'for.alice')).toEqual({ reached: 0 });
    expect(await node.hub.pushToTopic('news', 'for.alice')).toEqual({ reached: 0 });
    expect(await node.hub.pushToUser('bob', 'for.bob')).toEqual({ reached: 1 });
    expect(await peer.result('topics')).toEqual([]);
    expect(peer.pushes.map(({ method }) => method)).toEqual(['for.bob']);
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, anonymous: 0, byPlatform: { web: 1 }, users: 1, topics: 0 });
  });

  it('as the same user again keeps the topics', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice' });
    await peer.result('subscribe', { topics: ['news'] });
    await peer.result('signIn', { userId: 'alice', platform: 'ios' });
    expect(await peer.result('topics')).toEqual(['news']);
    expect(await node.hub.pushToUser('alice', 'x', {}, { platform: 'ios' })).toEqual({ reached: 1 });
  });

  it.each(['bob', null])('does not give a subscription that was checked for one user to the next (%s)', async (next) => {
    await using node = await startNode({ providers: [PeopleGateway, Gate] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice' });
    const subscribing = peer.request('subscribe', { topics: ['gated:alice'] });
    await peer.result(next === null ? 'signOut' : 'signIn', { userId: next });
    await gate(node).open();
    expect((await subscribing).error).toMatchObject({ code: -32009, reason: 'Conflict' });
    expect(await node.hub.pushToTopic('gated:alice', 'secret')).toEqual({ reached: 0 });
    expect([await peer.result('topics'), peer.pushes]).toEqual([[], []]);
  });

  it('that is out and in again as the former user does not revive what was checked before', async () => {
    await using node = await startNode({ providers: [PeopleGateway, Gate] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice' });
    const subscribing = peer.request('subscribe', { topics: ['gated:alice'] });
    await peer.result('signIn', { userId: 'bob' });
    await peer.result('signIn', { userId: 'alice' });
    await gate(node).open();
    expect((await subscribing).error).toMatchObject({ code: -32009, reason: 'Conflict' });
    expect(await peer.result('topics')).toEqual([]);
  });

  it('is refused for a platform that nobody knows, and the session stays who it was', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { platforms: ['web', 'watch'] } });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice', platform: 'watch' });
    for (const platform of ['ios', '', 'WEB']) {
      const { error } = await peer.request('signIn', { userId: 'mallory', platform });
      expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
    }
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, byPlatform: { watch: 1 }, users: 1 });
    expect(await node.hub.pushToUser('alice', 'x')).toEqual({ reached: 1 });
  });

  it('is refused on a session that is on its way out, and leaves no trace of the user', async () => {
    @RpcGateway('late')
    class LateGateway {
      outcome: unknown;

      @RpcMethod()
      async signIn(_params: unknown, { session }: RpcCall): Promise<void> {
        session.close();
        this.outcome = await session.login({ userId: 'ghost', platform: 'web' }).catch((error: unknown) => error);
      }
    }
    await using node = await startNode({ providers: [LateGateway] });
    await using peer = await node.connect();
    peer.notify('late.signIn');
    expect((await peer.closed).code).toBe(1000);
    expect(node.app.get(LateGateway).outcome).toMatchObject({ reason: 'Conflict' });
    await eventually(() =>
      expect(node.hub.stats()).toMatchObject({ sessions: { open: 0, closing: 0 }, signedIn: 0, users: 0, byPlatform: {} }),
    );
    expect(await node.hub.pushToUser('ghost', 'x')).toEqual({ reached: 0 });
  });

  it('keeps users apart whose ids end alike', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    const ids = ['1', 'user_1', 'a:1', 'web:1', 'web_1', '11'];
    const peers = await Promise.all(ids.map(() => node.connect()));
    await Promise.all(peers.map((peer, index) => peer.result('signIn', { userId: ids[index], platform: 'web' })));
    expect(await node.hub.pushToUser('1', 'mail', { for: '1' })).toEqual({ reached: 1 });
    expect(await node.hub.pushToUser('1', 'mail', { for: '1 on web' }, { platform: 'web' })).toEqual({ reached: 1 });
    expect(await node.hub.kick({ kind: 'user', userId: '1' }, 'out')).toEqual({ count: 1, missingNodes: [] });
    expect((await peers[0]?.closed)?.code).toBe(4500);
    for (const peer of peers.slice(1)) {
      await peer.settled();
      expect(peer.pushes).toEqual([]);
    }
    expect(node.hub.stats()).toMatchObject({ users: 5, byPlatform: { web: 5 } });
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  });

  it('as somebody else keeps what the app has noted of the connection, unless an observer takes it away', async () => {
    const [LANGUAGE, RIGHTS] = [new AttributeKey<string>('language'), new AttributeKey<string>('rights')];
    await using node = await startNode({ providers: [PeopleGateway] });
    const forget = ({ sessionId }: { readonly sessionId: string }): void => void node.hub.session(sessionId)?.attributes.delete(RIGHTS);
    node.hub.observe({ principalChanged: forget });
    await using peer = await node.connect();
    const session = await sessionOf(node, peer);
    await session.login({ userId: 'eve' });
    session.attributes.set(LANGUAGE, 'en');
    session.attributes.set(RIGHTS, 'admin of eve');
    await session.logout();
    await session.login({ userId: 'bob' });
    expect([session.attributes.get(LANGUAGE), session.attributes.get(RIGHTS)]).toEqual(['en', undefined]);
  });

  it('out makes the session anonymous and leaves its topics, however often', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice', platform: 'web' });
    await peer.result('subscribe', { topics: ['news'] });
    await peer.result('signOut');
    await peer.result('signOut');
    const session = await sessionOf(node, peer);
    expect([session.principal, await peer.result('topics')]).toEqual([null, []]);
    expect(node.hub.stats()).toMatchObject({
      sessions: { open: 1, closing: 0 },
      signedIn: 0,
      anonymous: 1,
      byPlatform: {},
      users: 0,
      topics: 0,
    });
  });
});
