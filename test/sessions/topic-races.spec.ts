import type { RpcCall, Session, TopicRequest } from 'nestjs-realtime';
import { RpcGateway, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const EMPTY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };
const options = { defaultTopicPolicy: 'allow', limits: { topicsPerSession: 1000 } } as const;

/** Answers when the test says so, or after some turns of the event loop. */
class TurnstilePolicy {
  private readonly waiting: (() => void)[] = [];

  @TopicPolicy('held:*')
  hold(_request: TopicRequest): Promise<boolean> {
    return new Promise((resolve) => this.waiting.push(() => resolve(true)));
  }

  @TopicPolicy('turns:*')
  async turns({ wildcards }: TopicRequest): Promise<boolean> {
    for (let i = 0; i < Number(wildcards[0]); i++) await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  get held(): number {
    return this.waiting.length;
  }

  letIn(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('joining against leaving', () => {
  it('the last listener leaves while others join: whoever has a reply is heard', async () => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    const peers = await Promise.all(Array.from({ length: 6 }, () => node.connect()));
    for (let round = 0; round < 50; round++) {
      const topic = `turns:${round % 3}`;
      // Half of them come while the other half goes; roles change with every round.
      await Promise.all(
        peers.map((peer, index) => peer.request((index + round) % 2 === 0 ? 'subscribe' : 'unsubscribe', { topics: [topic] })),
      );
      expect(await node.hub.pushToTopic(topic, 'round', { round })).toEqual({ reached: 3 });
    }
    await Promise.all(peers.map((peer) => peer.settled()));
    for (const [index, peer] of peers.entries()) {
      const expected = [...Array(50).keys()].filter((round) => (index + round) % 2 === 0);
      expect(peer.pushes.map(({ params }) => (params as { round: number }).round)).toEqual(expected);
    }
    await Promise.all(peers.map((peer) => peer.result('unsubscribe', { topics: ['turns:0', 'turns:1', 'turns:2'] })));
    expect(node.hub.stats().topics).toBe(0);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('a flood of joins and leaves of one session ends as its replies say, one after the other', async () => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    for (let round = 0; round < 20; round++) {
      await using peer = await RawPeer.connect(node.port);
      const topic = `turns:${round % 3}`;
      const methods = Array.from({ length: 31 + (round % 2) }, (_unused, i) => (i % 2 === 0 ? 'subscribe' : 'unsubscribe'));
      peer.send(...methods.map((method, id) => ({ jsonrpc: '2.0', id, method, params: { topics: [topic] } })));
      await Promise.all(methods.map((_unused, id) => peer.response(id)));
      // A subscription that was taken back grants nothing.
      const words = peer.messages.map(({ result }) => {
        const { subscribed, unsubscribed } = result as { subscribed?: string[]; unsubscribed?: string[] };
        return subscribed?.includes(topic) ? 'in' : unsubscribed?.includes(topic) ? 'out' : 'as before';
      });
      const last = words.findLast((word) => word !== 'as before');
      expect(await node.hub.pushToTopic(topic, 'x')).toEqual({ reached: last === 'in' ? 1 : 0 });
    }
  });

  it.each(['turns:0', 'turns:3', 'free'])(
    'of %s: what is left after it was asked for is not listened to, whatever takes longer',
    async (topic) => {
      await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
      await using peer = await node.connect();
      const replies = [peer.request('subscribe', { topics: [topic] }), peer.request('unsubscribe', { topics: [topic] })];
      await Promise.all(replies);
      expect([await peer.result('topics'), await node.hub.pushToTopic(topic, 'unwanted')]).toEqual([[], { reached: 0 }]);
    },
  );

  it('is joined after all if it was asked for, left and asked for again', async () => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    await using peer = await node.connect();
    for (const topic of ['turns:0', 'turns:4', 'free']) {
      await Promise.all(['subscribe', 'unsubscribe', 'subscribe'].map((method) => peer.request(method, { topics: [topic] })));
      expect([await peer.result('topics'), await node.hub.pushToTopic(topic, 'wanted')]).toEqual([[topic], { reached: 1 }]);
      await peer.result('unsubscribe', { topics: [topic] });
    }
  });

  it('the server takes a topic away while a subscription to it is on its way: it is not joined', async () => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    await using peer = await node.connect();
    // The first topic is granted already; the answer waits for the second one.
    const subscribing = peer.request('subscribe', { topics: ['turns:0', 'held:1'] });
    await eventually(() => expect(node.app.get(TurnstilePolicy).held).toBe(1));
    await node.hub.unsubscribe({ kind: 'all' }, 'turns:0');
    node.app.get(TurnstilePolicy).letIn();
    await subscribing;
    expect([await peer.result('topics'), await node.hub.pushToTopic('turns:0', 'revoked')]).toEqual([['held:1'], { reached: 0 }]);
  });
});

describe('joining against the end of the session', () => {
  it.each(['reset', 'half-closed', 'closed'] as const)('the connection is %s while the policy decides: nobody joins', async (how) => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    const policy = node.app.get(TurnstilePolicy);
    const peers = await Promise.all(Array.from({ length: 10 }, () => RawPeer.connect(node.port)));
    for (const peer of peers) peer.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: ['held:1', 'held:2'] } });
    await eventually(() => expect(policy.held).toBe(10));
    for (const peer of peers) {
      if (how === 'reset') peer.reset();
      else if (how === 'half-closed') peer.socket.end();
      else peer.sayGoodbye(1000);
    }
    await eventually(() => expect(node.hub.stats().sessions.open).toBe(0));
    policy.letIn();
    await eventually(() => {
      policy.letIn();
      expect(policy.held).toBe(0);
    });
    expect([await node.hub.pushToTopic('held:1', 'x'), await node.hub.pushToTopic('held:2', 'x')]).toEqual([
      { reached: 0 },
      { reached: 0 },
    ]);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
    await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
  });

  it.each(['disconnect', 'cancel'] as const)('no further policy is asked after a %s', async (how) => {
    await using node = await startNode({ providers: [PeopleGateway, TurnstilePolicy], options });
    const policy = node.app.get(TurnstilePolicy);
    await using peer = await RawPeer.connect(node.port);
    peer.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: ['held:1', 'held:2', 'held:3'] } });
    await eventually(() => expect(policy.held).toBe(1));
    if (how === 'disconnect') {
      peer.reset();
      await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
    } else {
      peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
      await peer.response(1);
    }
    policy.letIn();
    await using other = await node.connect();
    await other.settled();
    expect(policy.held).toBe(0);
  });

  it('an anonymous subscriber goes without a word: its topics go with it, and pushing goes on', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options });
    for (let round = 0; round < 20; round++) {
      await using peer = await RawPeer.connect(node.port);
      await peer.request('subscribe', { topics: ['t', `t${round}`] });
      peer.reset();
    }
    await using listener = await node.connect();
    await listener.result('subscribe', { topics: ['t'] });
    await eventually(() => expect(node.hub.stats()).toMatchObject({ sessions: { open: 1, closing: 0 }, topics: 1 }));
    expect(await node.hub.pushToTopic('t', 'x')).toEqual({ reached: 1 });
  });

  it('the server subscribes a session that is gone: nothing is left behind', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options });
    await using peer = await node.connect();
    const session = node.hub.session((await peer.result('sessionId')) as string) as Session;
    const closed = new Promise((resolve) => session.onClose(() => resolve(node.hub.subscribe({ kind: 'all' }, 't'))));
    peer.socket.terminate();
    expect(await closed).toEqual({ count: 0, missingNodes: [] });
    expect(await node.hub.subscribe({ kind: 'session', sessionId: session.id }, 't')).toEqual({ count: 0, missingNodes: [] });
    expect([session.topics.size, node.hub.stats()]).toMatchObject([0, EMPTY]);
  });

  it('a handler goes on after its peer is gone: what it does to the session has no effect', async () => {
    const seen: unknown[] = [];
    @RpcGateway('long')
    class LongGateway {
      @RpcMethod()
      async run(_params: unknown, { session, signal }: RpcCall): Promise<string> {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        seen.push(session.push('late'), await session.login({ userId: 'late' }).catch((error: Error) => error.message));
        await session.logout();
        session.close();
        session.terminate();
        return 'late';
      }
    }
    await using node = await startNode({ providers: [PeopleGateway, LongGateway] });
    await using peer = await RawPeer.connect(node.port);
    peer.send({ jsonrpc: '2.0', id: 1, method: 'long.run' });
    await peer.request('echo');
    peer.reset();
    await eventually(() => expect(seen).toEqual([false, 'The session is no longer open']));
    await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
  });
});
