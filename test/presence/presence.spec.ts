import type { RealtimeOptions, Session } from 'nestjs-realtime';
import { RealtimeConfigError, TopicPolicy } from 'nestjs-realtime';
import { Door, heard } from '../cluster/cluster-node.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

class Rooms {
  @TopicPolicy('room:closed')
  refuse(): boolean {
    return false;
  }
}

const startRooms = (
  presence: NonNullable<RealtimeOptions['topics']>[string]['presence'],
  more: RealtimeOptions = {},
): Promise<RunningNode> =>
  startNode({
    providers: [Door, Rooms],
    options: { defaultTopicPolicy: 'allow', topics: { 'room:*': { ...(presence === undefined ? {} : { presence }) } }, ...more },
  });

async function enter(node: RunningNode, userId?: string, topic = 'room:1'): Promise<RpcPeer> {
  const peer = await node.connect();
  if (userId !== undefined) await peer.result('sign.in', { userId, platform: 'web' });
  await peer.result('subscribe', { topics: [topic] });
  return peer;
}

describe('Presence on one node', () => {
  it('tells those who listen who comes and goes, each user once', async () => {
    await using node = await startRooms({ graceMs: 0 });
    await using watcher = await enter(node, 'watcher');
    await using ann = await enter(node, 'ann');
    await using annToo = await enter(node, 'ann');
    expect(await watcher.result('presence', { topic: 'room:1' })).toEqual({
      members: [
        { userId: 'watcher', sessions: 1 },
        { userId: 'ann', sessions: 2 },
      ],
      count: 2,
    });
    ann.socket.terminate();
    await annToo.result('unsubscribe', { topics: ['room:1'] });
    await eventually(() => expect(heard(watcher, 'presence.left')).toEqual([{ topic: 'room:1', member: { userId: 'ann', sessions: 0 } }]));
    expect(heard(watcher, 'presence.joined').at(-1)).toEqual({ topic: 'room:1', member: { userId: 'ann', sessions: 1 } });
    expect(await node.hub.presence('room:1')).toEqual({ members: [{ userId: 'watcher', sessions: 1 }], count: 1, missingNodes: [] });
  });

  it('lets somebody who is sent away go at once', async () => {
    await using node = await startRooms({ graceMs: 3_600_000 });
    await using watcher = await enter(node, 'watcher');
    await using ann = await enter(node, 'ann');
    await node.hub.kick({ kind: 'user', userId: 'ann' }, 'enough');
    expect((await ann.closed).code).toBe(4500);
    await eventually(() => expect(heard(watcher, 'presence.left').length).toBe(1));
    expect((await node.hub.presence('room:1')).count).toBe(1);
  });

  it('is for those who may listen', async () => {
    await using node = await startRooms(true);
    await using peer = await enter(node, 'ann');
    expect((await peer.request('presence', { topic: 'room:closed' })).error?.reason).toBe('PermissionDenied');
    expect((await peer.request('presence', { topic: 'hall' })).error?.reason).toBe('NotFound');
    expect((await peer.request('presence', {})).error?.reason).toBe('InvalidParams');
    expect((await peer.request('presence', { topic: '' })).error?.reason).toBe('InvalidParams');
  });

  it('counts nobody who has not signed in, from when he does', async () => {
    await using node = await startRooms({ graceMs: 0 });
    await using peer = await enter(node);
    expect((await node.hub.presence('room:1')).count).toBe(0);
    await peer.result('sign.in', { userId: 'ann' });
    await eventually(() => expect(heard(peer, 'presence.joined')).toEqual([{ topic: 'room:1', member: { userId: 'ann', sessions: 1 } }]));
    await peer.result('sign.in', { userId: 'bob' });
    // Another user has left the topics of the former one.
    expect((await node.hub.presence('room:1')).count).toBe(0);
  });

  it('has members of another kind, with what they say of themselves', async () => {
    const presence = {
      graceMs: 0,
      by: ({ principal }: Session) => principal?.platform && `${principal.userId}@${principal.platform}`,
      attributes: ({ principal }: Session) => ({ name: principal?.userId.toUpperCase() }),
    };
    await using node = await startRooms(presence);
    await using ann = await enter(node, 'ann');
    expect(await ann.result('presence', { topic: 'room:1' })).toEqual({
      members: [{ userId: 'ann@web', sessions: 1, attributes: { name: 'ANN' } }],
      count: 1,
    });
  });

  it('tells numbers, or nothing, where that is wished', async () => {
    await using counting = await startRooms({ graceMs: 0, announce: 'count' });
    await using first = await enter(counting, 'ann');
    await using second = await enter(counting, 'bob');
    await eventually(() => expect(heard(first, 'presence.count').at(-1)).toEqual({ topic: 'room:1', count: 2 }));
    expect(heard(second, 'presence.joined')).toEqual([]);
    await using silent = await startRooms({ announce: false });
    await using third = await enter(silent, 'ann');
    expect(await third.result('presence', { topic: 'room:1' })).toMatchObject({ count: 1 });
    expect(third.pushes).toEqual([]);
  });

  it('survives what the application throws, and members that say too much', async () => {
    const faults: unknown[] = [];
    const observers = [{ fault: ({ error }: { error: unknown }) => void faults.push(error) }];
    const presence = {
      by: ({ principal }: Session) => {
        if (principal?.userId === 'bad') throw new Error('No name for you');
        return principal?.userId;
      },
      attributes: () => ({ text: 'x'.repeat(2_000) }),
    };
    await using node = await startRooms(presence, { observers });
    await using bad = await enter(node, 'bad');
    await using ann = await enter(node, 'ann');
    expect(await ann.result('presence', { topic: 'room:1' })).toEqual({ members: [{ userId: 'ann', sessions: 1 }], count: 1 });
    expect(faults.map(String)).toEqual(['Error: No name for you', expect.stringContaining('at most 1024 bytes')]);
    await bad.result('heartbeat');
  });

  it('has no method where no topic keeps it, or where it is switched off', async () => {
    await using without = await startRooms(undefined);
    await using off = await startRooms(true, { methods: { presence: false } });
    await using renamed = await startRooms(true, { methods: { presence: 'who.is.there' } });
    for (const node of [without, off]) {
      await using peer = await node.connect();
      expect((await peer.request('presence', { topic: 'room:1' })).error?.code).toBe(-32601);
    }
    await using peer = await renamed.connect();
    expect(await peer.result('who.is.there', { topic: 'room:1' })).toEqual({ members: [], count: 0 });
  });

  it.each([
    ['yes', 'must be true, false or an object'],
    [{ grace: 1 }, 'grace is not an option'],
    [{ graceMs: -1 }, 'graceMs must be an integer'],
    [{ by: 'userId' }, 'by must be a function'],
    [{ announce: 'all' }, 'announce must be one of'],
  ])('refuses %j at boot', async (presence, sentence) => {
    const started = startRooms(presence as never);
    await expect(started).rejects.toBeInstanceOf(RealtimeConfigError);
    await expect(started).rejects.toThrow(sentence);
  });
});
