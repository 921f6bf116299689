/** Rights that change while sessions are open. */
import { TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { staticAuth } from './accounts.js';

/** Who may listen to which team; a test changes it. */
class Teams {
  readonly members = new Map([
    ['red', new Set(['alice', 'bob'])],
    ['blue', new Set(['alice'])],
  ]);
  fails = false;
  answers: Promise<boolean> | undefined;

  @TopicPolicy('team:*')
  mayListen({ principal, wildcards: [team = ''] }: TopicRequest): boolean | Promise<boolean> {
    if (this.fails) throw new Error('no data base');
    return this.answers ?? this.members.get(team)?.has(principal?.userId ?? '') ?? false;
  }
}

async function signedIn(node: RunningNode, accessToken: string, topics: string[]): Promise<RpcPeer> {
  const peer = await node.connect();
  await peer.result('login', { accessToken });
  await peer.result('subscribe', { topics });
  return peer;
}

const start = (admissionTimeoutMs = 5_000): Promise<RunningNode> =>
  startNode({ providers: [Teams], options: { auth: staticAuth(), admissionTimeoutMs } });

describe('hub.reauthorize', () => {
  it('leaves what a user may no longer listen to, in all sessions, and nothing else', async () => {
    await using node = await start();
    await using first = await signedIn(node, 'alice-token', ['team:red', 'team:blue', 'news']);
    await using second = await signedIn(node, 'alice-second', ['team:red']);
    await using bob = await signedIn(node, 'bob-token', ['team:red']);
    node.app.get(Teams).members.get('red')?.clear();
    expect(await node.hub.reauthorize('alice')).toEqual({ count: 2, missingNodes: [] });
    expect(await node.hub.reauthorize('alice')).toEqual({ count: 0, missingNodes: [] });
    expect([await node.hub.pushToTopic('team:red', 'x'), await node.hub.pushToTopic('team:blue', 'x')]).toEqual([
      { reached: 1 },
      { reached: 1 },
    ]);
    expect(await node.hub.pushToTopic('news', 'x')).toEqual({ reached: 1 });
    for (const peer of [first, second, bob]) await peer.settled();
    expect([first.pushes.length, second.pushes.length, bob.pushes.length]).toEqual([2, 0, 1]);
  });

  it('says 0 for users who are not here', async () => {
    await using node = await start();
    expect(await node.hub.reauthorize('nobody')).toEqual({ count: 0, missingNodes: [] });
  });

  it('keeps topics that the server chose', async () => {
    await using node = await start();
    await using peer = await signedIn(node, 'bob-token', ['team:red']);
    expect(await node.hub.subscribe({ kind: 'user', userId: 'bob' }, 'team:blue')).toEqual({ count: 1, missingNodes: [] });
    node.app.get(Teams).members.clear();
    expect(await node.hub.reauthorize('bob')).toEqual({ count: 1, missingNodes: [] });
    expect([await node.hub.pushToTopic('team:red', 'x'), await node.hub.pushToTopic('team:blue', 'x')]).toEqual([
      { reached: 0 },
      { reached: 1 },
    ]);
    await peer.result('unsubscribe', { topics: ['team:blue'] });
    expect((await peer.request('subscribe', { topics: ['team:blue'] })).error).toMatchObject({ code: -32003 });
  });

  it('leaves topics whose policy fails or does not answer', async () => {
    await using node = await start(50);
    await using peer = await signedIn(node, 'alice-token', ['team:red', 'news']);
    const teams = node.app.get(Teams);
    teams.fails = true;
    expect(await node.hub.reauthorize('alice')).toEqual({ count: 1, missingNodes: [] });
    teams.fails = false;
    await peer.result('subscribe', { topics: ['team:red'] });
    teams.answers = new Promise(() => undefined);
    expect(await node.hub.reauthorize('alice')).toEqual({ count: 1, missingNodes: [] });
    expect(await node.hub.pushToTopic('news', 'x')).toEqual({ reached: 1 });
  });

  it('takes back a subscription that was granted but not answered yet', async () => {
    await using node = await start();
    await using peer = await signedIn(node, 'alice-token', ['news']);
    const teams = node.app.get(Teams);
    let grant: (allowed: boolean) => void = () => undefined;
    teams.answers = new Promise((resolve) => (grant = resolve));
    const subscribe = peer.request('subscribe', { topics: ['team:red'] });
    await peer.settled();
    teams.answers = Promise.resolve(false);
    await node.hub.reauthorize('alice');
    grant(true);
    expect((await subscribe).result).toEqual({ subscribed: [] });
    expect(await node.hub.pushToTopic('team:red', 'x')).toEqual({ reached: 0 });
  });

  it('is survived by sessions that end meanwhile', async () => {
    await using node = await start();
    const peer = await signedIn(node, 'alice-token', ['team:red']);
    node.app.get(Teams).answers = new Promise(() => undefined);
    const reviewed = node.hub.reauthorize('alice');
    await peer[Symbol.asyncDispose]();
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
    expect(await reviewed).toEqual({ count: 0, missingNodes: [] });
  });
});
