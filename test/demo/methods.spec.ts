import { eventually } from '../support/eventually.js';
import { RunningDemo } from './start-demo.js';

describe('the methods of the demo', () => {
  let demo: RunningDemo;
  beforeAll(async () => void (demo = await RunningDemo.start({ DEMO_USERS: 'spammer:nuisance,ada:lovelace' })));
  afterAll(() => demo[Symbol.asyncDispose]());

  it.each([
    ['hello', 5],
    ['héllo', 6],
    ['🎉', 4],
  ])('self.reply gives %j back, and its length in bytes', async (text, bytes) => {
    await using peer = await demo.signedIn();
    expect(await peer.result('self.reply', { text })).toEqual({ echo: text, text_length: bytes });
  });

  it('broadcast reaches everybody, the sender included', async () => {
    await using sender = await demo.signedIn('test');
    await using listener = await demo.signedIn('ada', 'lovelace');
    expect(await sender.result('broadcast', { text: 'grüezi' })).toEqual({ status: 'broadcasted', text_length: 7 });
    const params = { from: 'test', text: 'grüezi', at: expect.any(Number) };
    expect(await listener.push('broadcast')).toEqual({ jsonrpc: '2.0', method: 'broadcast', params });
    expect(await sender.push('broadcast')).toEqual({ jsonrpc: '2.0', method: 'broadcast', params });
  });

  it.each(['broadcast', 'self.reply'])('%s takes a text that is neither blank nor too long', async (method) => {
    await using peer = await demo.signedIn();
    for (const params of [undefined, [], { text: 1 }, { text: '' }, { text: ' \n ' }, { text: 'x'.repeat(2_001) }]) {
      expect(await peer.request(method, params)).toMatchObject({ error: { code: -32602, data: { errors: expect.any(Array) } } });
    }
    expect(await peer.request(method, { text: 'x'.repeat(2_000) })).toMatchObject({ result: { text_length: 2_000 } });
  });

  it('a method that does not exist is -32601', async () => {
    await using peer = await demo.signedIn();
    expect(await peer.request('chat.sing')).toMatchObject({ error: { code: -32601 } });
  });
});

describe('admin.kick', () => {
  let demo: RunningDemo;
  beforeAll(async () => void (demo = await RunningDemo.start({ DEMO_USERS: 'spammer:nuisance' })));
  afterAll(() => demo[Symbol.asyncDispose]());

  it('is -32003 without the role, before params are looked at', async () => {
    await using peer = await demo.signedIn('test');
    const refusal = { error: { code: -32003, reason: 'PermissionDenied' } };
    expect(await peer.request('admin.kick', { userId: 'admin', reason: 'power' })).toMatchObject(refusal);
    expect(await peer.request('admin.kick', {})).toMatchObject(refusal);
  });

  it('ends every session of the user with the reason and close code 4500, and no other session', async () => {
    await using admin = await demo.signedIn('admin');
    await using bystander = await demo.signedIn('test');
    await using phone = await demo.signedIn('spammer', 'nuisance');
    await using laptop = await demo.signedIn('spammer', 'nuisance');
    expect(await admin.result('admin.kick', { userId: 'spammer', reason: 'spam' })).toEqual({ kicked: 2 });
    for (const peer of [phone, laptop]) {
      expect(await peer.closed).toEqual({ code: 4500, reason: 'Kicked' });
      expect(peer.pushes).toEqual([{ jsonrpc: '2.0', method: 'session.kicked', params: { reason: 'spam' } }]);
    }
    await bystander.settled();
    expect(bystander.pushes).toEqual([]);
    await eventually(async () =>
      expect(await admin.result('admin.kick', { userId: 'spammer', reason: 'once more' })).toEqual({ kicked: 0 }),
    );
  });

  it('needs a user and a reason', async () => {
    await using admin = await demo.signedIn('admin');
    for (const params of [
      undefined,
      { userId: 'test' },
      { reason: 'spam' },
      { userId: 7, reason: 'spam' },
      { userId: 'test', reason: '' },
    ]) {
      expect(await admin.request('admin.kick', params)).toMatchObject({ error: { code: -32602 } });
    }
  });

  it('does not let administrators kick themselves', async () => {
    await using admin = await demo.signedIn('admin');
    expect(await admin.request('admin.kick', { userId: 'admin', reason: 'tired' })).toMatchObject({ error: { code: -32009 } });
  });
});
