/** However many rooms are asked for at the same moment, there are never more than the demo can list, and it lists all of them. */
import { eventually } from '../support/eventually.js';
import type { RpcPeer, WireMessage } from '../support/rpc-peer.js';
import { RunningDemo } from './start-demo.js';

const SESSIONS = 9;
const ROOMS_EACH = 125;
const MAX_ROOMS = 1_000;

const topicsOf = (session: number): string[] => Array.from({ length: ROOMS_EACH }, (_, index) => `room:${session}-${index}`);
const subscribe = (peer: RpcPeer, topics: string[]): Promise<WireMessage> => peer.request('subscribe', { topics });
const namesIn = async (peer: RpcPeer): Promise<string[]> =>
  ((await peer.result('chat.rooms')) as { rooms: { name: string }[] }).rooms.map(({ name }) => name);

describe('the number of rooms', () => {
  it('has a bound that calls at the same time share, and every room that was joined is listed', async () => {
    await using demo = await RunningDemo.start();
    const peers: RpcPeer[] = [];
    for (let index = 0; index < SESSIONS; index++) peers.push(await demo.signedIn());
    const [one] = peers as [RpcPeer];
    const replies = await Promise.all(peers.map((peer, index) => subscribe(peer, topicsOf(index))));
    const joined = replies.flatMap(({ result }) => (result as { subscribed: string[] } | undefined)?.subscribed ?? []);
    const listed = await namesIn(one);
    expect(listed.length).toBeLessThanOrEqual(MAX_ROOMS);
    expect(listed.slice(3).sort()).toEqual(joined.map((topic) => topic.slice('room:'.length)).sort());
    expect(joined.length).toBeGreaterThanOrEqual(MAX_ROOMS - 3 - ROOMS_EACH);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('goes down again when rooms are left', async () => {
    await using demo = await RunningDemo.start();
    const peers: RpcPeer[] = [];
    for (let index = 0; index < SESSIONS; index++) peers.push(await demo.signedIn());
    const [one] = peers as [RpcPeer];
    for (const [index, peer] of peers.entries()) await subscribe(peer, topicsOf(index));
    expect((await namesIn(one)).length).toBe(MAX_ROOMS);
    await using late = await demo.signedIn();
    const full = { error: { code: -32053, message: 'There are too many rooms at the moment' } };
    expect(await subscribe(late, ['room:one more'])).toMatchObject(full);
    expect(await subscribe(late, ['room:lobby', 'room:0-0'])).toMatchObject({ result: { subscribed: ['room:lobby', 'room:0-0'] } });
    await one.result('unsubscribe', { topics: ['room:0-1'] });
    expect(await subscribe(late, ['room:one more'])).toMatchObject({ result: { subscribed: ['room:one more'] } });
    expect(await namesIn(late)).toEqual(expect.arrayContaining(['0-0', 'one more']));
    expect(await namesIn(late)).not.toContain('0-1');
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('holds for calls that were let in before either has joined', async () => {
    await using demo = await RunningDemo.start();
    await using late = await demo.signedIn();
    for (let index = 0; index < MAX_ROOMS - 8; index++) await demo.hub.subscribe({ kind: 'user', userId: 'test' }, `room:${index}`);
    await using peer = await demo.signedIn('admin');
    const call = (name: string) => ({
      jsonrpc: '2.0',
      id: name,
      method: 'subscribe',
      params: { topics: Array.from({ length: 5 }, (_, index) => `room:${name}${index}`) },
    });
    // The answers of a batch leave together, and what they join is joined then.
    peer.send([call('a'), call('b')]);
    const answers = await eventually(() => {
      const batch = (peer.messages as unknown[]).find(Array.isArray);
      if (!batch) throw new Error('No answer to the batch');
      return batch as WireMessage[];
    });
    expect(answers.map(({ error }) => error?.code)).toEqual([undefined, -32053]);
    expect((await namesIn(late)).length).toBe(MAX_ROOMS);
  });
});
