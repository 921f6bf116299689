import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { RunningDemo } from './start-demo.js';

interface Rooms {
  rooms: { name: string; members: number }[];
}

describe('the rooms of the demo', () => {
  let demo: RunningDemo;
  beforeAll(async () => void (demo = await RunningDemo.start({ DEMO_USERS: 'ada:lovelace,grace:hopper' })));
  afterAll(() => demo[Symbol.asyncDispose]());

  const join = (peer: RpcPeer, room: string): Promise<unknown> => peer.result('subscribe', { topics: [`room:${room}`] });
  const pushesOf = (peer: RpcPeer, method: string): unknown[] =>
    peer.pushes.filter((push) => push.method === method).map(({ params }) => params);
  const messagesOf = (peer: RpcPeer): unknown[] => pushesOf(peer, 'chat.message');

  it('bring what is said to everybody in the room, the sender included, and to nobody else', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using grace = await demo.signedIn('grace', 'hopper');
    await using outsider = await demo.signedIn('test');
    expect(await join(ada, 'tea')).toEqual({ subscribed: ['room:tea'] });
    await join(grace, 'tea');
    await join(outsider, 'coffee');
    const before = Date.now();
    const { at } = (await ada.result('chat.send', { room: 'tea', text: 'Hello, Grace' })) as { at: number };
    const push = await grace.push('chat.message');
    expect(push).toEqual({
      jsonrpc: '2.0',
      method: 'chat.message',
      params: { room: 'tea', from: 'ada', text: 'Hello, Grace', at },
      topic: 'room:tea',
    });
    expect(at).toBeGreaterThanOrEqual(before);
    await Promise.all([ada.settled(), outsider.settled()]);
    expect([messagesOf(ada), messagesOf(outsider)]).toEqual([[push.params], []]);
  });

  it('keep the order of one sender', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using grace = await demo.signedIn('grace', 'hopper');
    await join(ada, 'order');
    await join(grace, 'order');
    const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => ada.request('chat.send', { room: 'order', text })));
    await grace.settled();
    expect(messagesOf(grace).map((message) => (message as { text: string }).text)).toEqual(texts);
  });

  it('are written in only by those who are in them', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    const refusal = { error: { code: -32003, reason: 'PermissionDenied' } };
    expect(await ada.request('chat.send', { room: 'closed', text: 'hello?' })).toMatchObject(refusal);
    await join(ada, 'closed');
    expect(await ada.request('chat.send', { room: 'closed', text: 'hello!' })).toMatchObject({ result: { at: expect.any(Number) } });
    await ada.result('unsubscribe', { topics: ['room:closed'] });
    expect(await ada.request('chat.send', { room: 'closed', text: 'and again' })).toMatchObject(refusal);
  });

  it('say nothing any more to those who left', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using grace = await demo.signedIn('grace', 'hopper');
    await join(ada, 'door');
    await join(grace, 'door');
    await grace.result('unsubscribe', { topics: ['room:door'] });
    await ada.result('chat.send', { room: 'door', text: 'gone?' });
    await grace.settled();
    expect(messagesOf(grace)).toEqual([]);
  });

  it('are listed with the number of users in them, the standing ones always', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using phone = await demo.signedIn('ada', 'lovelace');
    await using grace = await demo.signedIn('grace', 'hopper');
    for (const peer of [ada, phone, grace]) await join(peer, 'counted');
    const { rooms } = (await ada.result('chat.rooms')) as Rooms;
    expect(rooms.slice(0, 3).map(({ name }) => name)).toEqual(['lobby', 'help', 'random']);
    expect(rooms).toContainEqual({ name: 'counted', members: 2 });
    for (const peer of [ada, phone, grace]) await peer.result('unsubscribe', { topics: ['room:counted'] });
    const left = (await ada.result('chat.rooms')) as Rooms;
    expect(left.rooms.filter(({ name }) => name === 'counted')).toEqual([]);
  });

  it('tell those in them how many they are, when somebody comes, leaves or is cut off', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using outsider = await demo.signedIn('admin');
    const members = (): unknown[] => pushesOf(ada, 'room.members').map((params) => (params as { members: number }).members);
    const grace = await demo.signedIn('grace', 'hopper');
    await using test = await demo.signedIn('test');
    await join(ada, 'census');
    expect(await ada.push('room.members')).toEqual({
      jsonrpc: '2.0',
      method: 'room.members',
      params: { room: 'census', members: 1 },
      topic: 'room:census',
    });
    await join(grace, 'census');
    await eventually(() => expect(members()).toEqual([1, 2]));
    await join(test, 'census');
    await eventually(() => expect(members()).toEqual([1, 2, 3]));
    await test.result('unsubscribe', { topics: ['room:census'] });
    await eventually(() => expect(members()).toEqual([1, 2, 3, 2]));
    await grace[Symbol.asyncDispose]();
    await eventually(() => expect(members()).toEqual([1, 2, 3, 2, 1]));
    await outsider.settled();
    expect(pushesOf(outsider, 'room.members')).toEqual([]);
  });

  it('say nothing of a second session of somebody who is there', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using phone = await demo.signedIn('ada', 'lovelace');
    await join(ada, 'two devices');
    await ada.push('room.members');
    await join(phone, 'two devices');
    await phone.result('unsubscribe', { topics: ['room:two devices'] });
    await ada.settled();
    expect([pushesOf(ada, 'room.members').length, pushesOf(phone, 'room.members').length]).toEqual([1, 0]);
  });

  it('tell of all who come at the same moment in one push', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    await using grace = await demo.signedIn('grace', 'hopper');
    for (const userId of ['ada', 'grace']) await demo.hub.subscribe({ kind: 'user', userId }, 'room:crowd');
    await Promise.all([ada, grace].map((peer) => peer.push('room.members')));
    await Promise.all([ada, grace].map((peer) => peer.settled()));
    const once = [{ room: 'crowd', members: 2 }];
    expect([ada, grace].map((peer) => pushesOf(peer, 'room.members'))).toEqual([once, once]);
  });

  it('have names that can be shown', async () => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    for (const room of ['', ' lobby', 'lobby ', 'a\nb', 'x'.repeat(65)]) {
      expect(await ada.request('subscribe', { topics: [`room:${room}`] })).toMatchObject({ error: { code: -32602 } });
      expect(await ada.request('chat.send', { room, text: 'hello' })).toMatchObject({ error: { code: -32602 } });
    }
    const { rooms } = (await ada.result('chat.rooms')) as Rooms;
    expect(rooms.filter(({ name }) => name.trim() !== name || name === '')).toEqual([]);
  });

  it.each([
    ['nothing', undefined, ['room', 'text']],
    ['a list', ['lobby', 'hello'], ['']],
    ['a room that is no text', { room: 1, text: 'hello' }, ['room']],
    ['no text', { room: 'lobby' }, ['text']],
    ['a blank text', { room: 'lobby', text: '   ' }, ['text']],
    ['a text that is too long', { room: 'lobby', text: 'x'.repeat(2_001) }, ['text']],
  ])('answer -32602 to chat.send with %s', async (_what, params, paths) => {
    await using ada = await demo.signedIn('ada', 'lovelace');
    const { error } = await ada.request('chat.send', params);
    expect(error).toMatchObject({ code: -32602 });
    expect((error?.data as { errors: { path: string }[] }).errors.map(({ path }) => path).sort()).toEqual(paths);
  });

  it('are no longer there for somebody who signs in as another user', async () => {
    await using peer = await demo.signedIn('ada', 'lovelace');
    await join(peer, 'private talk');
    await peer.result('auth.login', { username: 'grace', password: 'hopper' });
    expect(await peer.request('chat.send', { room: 'private talk', text: 'hello' })).toMatchObject({ error: { code: -32003 } });
  });
});
