import { RawJson } from 'nestjs-realtime';
import type { PushTarget } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const providers = [PeopleGateway];
const options = { defaultTopicPolicy: 'allow' } as const;

/** Three sessions: alice on the web and on a phone, and somebody who has not signed in. */
class Crowd implements AsyncDisposable {
  private constructor(
    readonly node: RunningNode,
    readonly web: RpcPeer,
    readonly phone: RpcPeer,
    readonly guest: RpcPeer,
  ) {}

  static async gather(): Promise<Crowd> {
    const node = await startNode({ providers, options });
    const [web, phone, guest] = [await node.connect(), await node.connect(), await node.connect()];
    await web.result('signIn', { userId: 'alice', platform: 'web' });
    await phone.result('signIn', { userId: 'alice', platform: 'ios' });
    await phone.result('subscribe', { topics: ['news'] });
    await guest.result('subscribe', { topics: ['news'] });
    return new Crowd(node, web, phone, guest);
  }

  get peers(): Record<string, RpcPeer> {
    return { web: this.web, phone: this.phone, guest: this.guest };
  }

  idOf(peer: RpcPeer): Promise<string> {
    return peer.result('sessionId') as Promise<string>;
  }

  /** Who got a push of this method, once everything is there. */
  async whoGot(method: string): Promise<string[]> {
    const got: string[] = [];
    for (const [name, peer] of Object.entries(this.peers)) {
      await peer.settled();
      got.push(...peer.pushes.filter((push) => push.method === method).map(() => name));
    }
    return got;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of Object.values(this.peers)) await peer[Symbol.asyncDispose]();
    await this.node[Symbol.asyncDispose]();
  }
}

const TARGETS: readonly (readonly [PushTarget, readonly string[]])[] = [
  [{ kind: 'user', userId: 'alice' }, ['web', 'phone']],
  [{ kind: 'user', userId: 'alice', platform: 'ios' }, ['phone']],
  [{ kind: 'user', userId: 'alice', platform: 'android' }, []],
  [{ kind: 'user', userId: 'nobody' }, []],
  [{ kind: 'topic', topic: 'news' }, ['phone', 'guest']],
  [{ kind: 'topic', topic: 'empty' }, []],
  [{ kind: 'signed-in' }, ['web', 'phone']],
  [{ kind: 'all' }, ['web', 'phone', 'guest']],
  [{ kind: 'session', sessionId: 'nobody' }, []],
];

describe('a push', () => {
  it.each(TARGETS)('to %j reaches exactly those, each once, and says how many', async (target, expected) => {
    await using crowd = await Crowd.gather();
    expect(await crowd.node.hub.push(target, 'note', { n: 1 })).toEqual({ reached: expected.length });
    expect(await crowd.whoGot('note')).toEqual(expected);
  });

  it('to a session reaches it alone', async () => {
    await using crowd = await Crowd.gather();
    expect(await crowd.node.hub.pushToSession(await crowd.idOf(crowd.guest), 'note')).toEqual({ reached: 1 });
    expect(await crowd.whoGot('note')).toEqual(['guest']);
  });

  it('passes over sessions that are excepted', async () => {
    await using crowd = await Crowd.gather();
    const { hub } = crowd.node;
    const [phone, guest] = [await crowd.idOf(crowd.phone), await crowd.idOf(crowd.guest)];
    expect(await hub.broadcast('a', {}, { except: phone })).toEqual({ reached: 2 });
    expect(await hub.pushToTopic('news', 'b', {}, { except: hub.session(guest) ?? [] })).toEqual({ reached: 1 });
    expect(await hub.pushToUser('alice', 'c', {}, { except: [phone, guest] })).toEqual({ reached: 1 });
    expect(await hub.pushToUser('alice', 'd', {}, { platform: 'ios', except: phone })).toEqual({ reached: 0 });
    expect(await crowd.whoGot('a')).toEqual(['web', 'guest']);
    expect([await crowd.whoGot('b'), await crowd.whoGot('c'), await crowd.whoGot('d')]).toEqual([['phone'], ['web'], []]);
  });

  it('has the shape of a notification; only a topic push names its topic', async () => {
    await using crowd = await Crowd.gather();
    const { hub } = crowd.node;
    await hub.pushToTopic('news', 'a', { n: 1 });
    await hub.broadcast('b', [1, 'two']);
    await hub.broadcast('c');
    await crowd.guest.settled();
    expect(crowd.guest.pushes).toEqual([
      { jsonrpc: '2.0', method: 'a', params: { n: 1 }, topic: 'news' },
      { jsonrpc: '2.0', method: 'b', params: [1, 'two'] },
      { jsonrpc: '2.0', method: 'c' },
    ]);
  });

  it('sends a payload that was encoded beforehand digit by digit', async () => {
    await using crowd = await Crowd.gather();
    const payload = RawJson.parse('{"n":12345678901234567890,"x":1.50}');
    expect(await crowd.node.hub.pushToTopic('news', 'raw', payload)).toEqual({ reached: 2 });
    await crowd.guest.push('raw');
    expect(crowd.guest.frames).toContain('{"jsonrpc":"2.0","method":"raw","params":{"n":12345678901234567890,"x":1.50},"topic":"news"}');
  });

  it.each(['text', 7, null, true, new Map([[1, 2]]), new Set([1]), new Error('x'), () => 1])(
    'with the params %p is refused and reaches nobody',
    async (params) => {
      await using crowd = await Crowd.gather();
      await expect(crowd.node.hub.broadcast('bad', params)).rejects.toBeInstanceOf(TypeError);
      expect(await crowd.whoGot('bad')).toEqual([]);
    },
  );
});

describe('the server', () => {
  it('puts sessions into topics and takes them out; no policy is asked', async () => {
    await using node = await startNode({ providers, options: { defaultTopicPolicy: 'deny' } });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice' });
    expect(await node.hub.subscribe({ kind: 'user', userId: 'alice' }, 'orders')).toEqual({ count: 1, missingNodes: [] });
    expect(await node.hub.subscribe({ kind: 'user', userId: 'alice' }, 'orders')).toEqual({ count: 0, missingNodes: [] });
    expect(await peer.result('topics')).toEqual(['orders']);
    expect(await node.hub.pushToTopic('orders', 'order.shipped')).toEqual({ reached: 1 });
    expect(await node.hub.unsubscribe({ kind: 'all' }, 'orders')).toEqual({ count: 1, missingNodes: [] });
    expect(await node.hub.pushToTopic('orders', 'order.lost')).toEqual({ reached: 0 });
    await peer.settled();
    expect(peer.pushes.map(({ method }) => method)).toEqual(['order.shipped']);
  });

  it.each(['', 'a\nb', 'x'.repeat(256)])('is refused the topic name %j', async (topic) => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    await peer.settled();
    await expect(node.hub.subscribe({ kind: 'all' }, topic)).rejects.toMatchObject({ reason: 'InvalidParams' });
    expect(node.hub.stats().topics).toBe(0);
  });
});
