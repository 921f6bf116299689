/** Within the grace a session whose sign-in has run out keeps its topics and joins no others, whatever their policies say. */
import { TopicPolicy } from 'nestjs-realtime';
import type { Principal, TopicRequest } from 'nestjs-realtime';
import { Latch } from '../nest/latch.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

class Policies {
  slow = new Latch();
  asked = 0;

  @TopicPolicy('mine:*')
  mine({ principal }: TopicRequest): boolean {
    return principal?.userId === 'u';
  }

  @TopicPolicy('open:*')
  open(): boolean {
    return true;
  }

  @TopicPolicy('slow:*')
  async late(): Promise<boolean> {
    this.asked++;
    await this.slow.opened;
    return true;
  }
}

/** The next sign-ins end after so many ms. */
let lifeMs = 0;

const start = (): Promise<RunningNode> => {
  const authenticator = (): Principal => ({ userId: 'u', expiresAtMs: Date.now() + lifeMs });
  const auth = { authenticator, refreshGraceMs: 600_000 };
  return startNode({ providers: [Policies], options: { auth, anonymousTimeoutMs: 0, defaultTopicPolicy: 'allow' } });
};

async function signedIn(node: RunningNode, forMs: number): Promise<RpcPeer> {
  const peer = await node.connect();
  lifeMs = forMs;
  await peer.result('login', { accessToken: 'x' });
  return peer;
}

describe('once its sign-in has run out, a session', () => {
  it.each(['mine:new', 'open:new', 'of-no-policy'])('does not join %s, until it has refreshed', async (topic) => {
    await using node = await start();
    await using peer = await signedIn(node, 100);
    await peer.push('session.expired');
    expect((await peer.request('subscribe', { topics: [topic] })).error).toMatchObject({ code: -32001 });
    expect(await node.hub.pushToTopic(topic, 'x')).toEqual({ reached: 0 });
    lifeMs = 600_000;
    await peer.result('refresh', { accessToken: 'x' });
    expect(await peer.result('subscribe', { topics: [topic] })).toEqual({ subscribed: [topic] });
  });

  it('does not join what a policy grants that was asked before', async () => {
    await using node = await start();
    const policies = node.app.get(Policies);
    await using peer = await signedIn(node, 200);
    const subscribed = peer.request('subscribe', { topics: ['slow:1'] });
    await eventually(() => expect(policies.asked).toBe(1));
    await peer.push('session.expired');
    policies.slow.open();
    expect((await subscribed).error).toMatchObject({ code: -32001 });
    expect(await node.hub.pushToTopic('slow:1', 'x')).toEqual({ reached: 0 });
  });

  it('keeps what it has joined, also when its rights are looked at again', async () => {
    await using node = await start();
    await using peer = await signedIn(node, 300);
    const topics = ['mine:1', 'of-no-policy'];
    await peer.result('subscribe', { topics });
    await peer.push('session.expired');
    expect(await node.hub.reauthorize('u')).toEqual({ count: 0, missingNodes: [] });
    expect(await Promise.all(topics.map((topic) => node.hub.pushToTopic(topic, 'x')))).toEqual([{ reached: 1 }, { reached: 1 }]);
  });
});

it('a session that has never signed in joins what policies open to everybody', async () => {
  await using node = await start();
  await using peer = await node.connect();
  expect(await peer.result('subscribe', { topics: ['open:1', 'of-no-policy'] })).toEqual({ subscribed: ['open:1', 'of-no-policy'] });
});
