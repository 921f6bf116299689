/** Whoever signs in anew as the same user may have lost a role: topics that need it are lost as well, whatever the way in. */
import { MessageBody } from '@nestjs/websockets';
import { RpcContext, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { Latch } from '../nest/latch.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { staticAuth } from './accounts.js';

const ADMIN = 'alice-token';
const NO_ROLE = 'alice-second';

class Rooms {
  readonly asked: string[] = [];
  slow = new Latch();

  @TopicPolicy('admin:*')
  admin({ principal, topic }: TopicRequest): boolean {
    this.asked.push(topic);
    return principal?.roles?.includes('admin') === true;
  }

  /** Decides at once, and says it late. */
  @TopicPolicy('slow:*')
  async late({ principal, topic }: TopicRequest): Promise<boolean> {
    this.asked.push(topic);
    const allowed = principal?.roles?.includes('admin') === true;
    if (allowed) await this.slow.opened;
    return allowed;
  }

  /** As any app may do. */
  @RpcMethod('roles.set')
  async set(@MessageBody('roles') roles: string[], @RpcContext() { session }: RpcContext): Promise<string[]> {
    await session.login({ userId: 'alice', roles });
    return [...session.topics];
  }

  @RpcMethod('wait')
  async wait(): Promise<string> {
    await this.slow.opened;
    return 'waited';
  }
}

const start = (): Promise<RunningNode> => startNode({ providers: [Rooms], options: { auth: staticAuth() } });

async function admin(node: RunningNode, topics: readonly string[]): Promise<RpcPeer> {
  const peer = await node.connect();
  await peer.result('login', { accessToken: ADMIN });
  if (topics.length > 0) await peer.result('subscribe', { topics });
  return peer;
}

describe('signing in anew as the same user without the role', () => {
  it('leaves what needs the role by login, and says so', async () => {
    await using node = await start();
    await using peer = await admin(node, ['admin:secrets', 'news']);
    expect(await peer.result('login', { accessToken: NO_ROLE })).toEqual({ userId: 'alice', expiresAt: null, left: ['admin:secrets'] });
    expect([await node.hub.pushToTopic('admin:secrets', 'x'), await node.hub.pushToTopic('news', 'x')]).toEqual([
      { reached: 0 },
      { reached: 1 },
    ]);
  });

  it('leaves it by session.login() of the app, before that settles', async () => {
    await using node = await start();
    await using peer = await admin(node, ['admin:secrets', 'news']);
    expect(await peer.result('roles.set', { roles: ['admin'] })).toEqual(['admin:secrets', 'news']);
    expect(await peer.result('roles.set', { roles: [] })).toEqual(['news']);
  });

  it('is not joined late to a topic whose policy was asked before', async () => {
    await using node = await start();
    const rooms = node.app.get(Rooms);
    await using peer = await admin(node, []);
    const subscribed = peer.request('subscribe', { topics: ['slow:1'] });
    await eventually(() => expect(rooms.asked).toEqual(['slow:1']));
    await peer.result('login', { accessToken: NO_ROLE });
    rooms.slow.open();
    expect((await subscribed).result).toEqual({ subscribed: [] });
    expect(await node.hub.pushToTopic('slow:1', 'x')).toEqual({ reached: 0 });
  });

  it('is not joined by a batch that was held back until then', async () => {
    await using node = await start();
    const rooms = node.app.get(Rooms);
    await using peer = await admin(node, []);
    peer.send([
      { jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: ['admin:secrets'] } },
      { jsonrpc: '2.0', id: 2, method: 'wait' },
    ]);
    await eventually(() => expect(rooms.asked).toEqual(['admin:secrets']));
    await peer.result('login', { accessToken: NO_ROLE });
    rooms.slow.open();
    await eventually(() => expect(peer.frames.some((frame) => frame.startsWith('['))).toBe(true));
    expect(await node.hub.pushToTopic('admin:secrets', 'x')).toEqual({ reached: 0 });
  });

  it('keeps what the server itself chose for the session', async () => {
    await using node = await start();
    await using peer = await admin(node, []);
    await node.hub.subscribe({ kind: 'user', userId: 'alice' }, 'admin:secrets');
    expect(await peer.result('login', { accessToken: NO_ROLE })).toEqual({ userId: 'alice', expiresAt: null });
    expect(await node.hub.pushToTopic('admin:secrets', 'x')).toEqual({ reached: 1 });
  });
});

it('a refresh that is taken back leaves no topic that its policy allows', async () => {
  await using node = await start();
  const rooms = node.app.get(Rooms);
  rooms.slow.open();
  await using peer = await admin(node, ['slow:1', 'slow:2', 'admin:secrets']);
  rooms.slow = new Latch();
  rooms.asked.length = 0;
  const refresh = peer.request('refresh', { accessToken: ADMIN }, 'again');
  await eventually(() => expect(rooms.asked).toHaveLength(3));
  peer.notify('$/cancelRequest', { id: 'again' });
  expect((await refresh).error).toMatchObject({ code: -32800 });
  rooms.slow.open();
  await peer.settled();
  expect([...(node.hub.sessionsOfUser('alice')[0]?.topics ?? [])]).toEqual(['slow:1', 'slow:2', 'admin:secrets']);
});
