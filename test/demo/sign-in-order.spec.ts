/** Sign-ins that are given up, sent together, sent too often, or sent by somebody who wants no answer. */
import { jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { holdClock } from '../support/held-clock.js';
import { RunningDemo } from './start-demo.js';

const TEST = { username: 'test', password: '123456' };
const ADMIN = { username: 'admin', password: '123456' };

describe('a sign-in to the demo', () => {
  let demo: RunningDemo;
  beforeAll(async () => void (demo = await RunningDemo.start()));
  afterAll(() => demo[Symbol.asyncDispose]());
  afterEach(() => jest.useRealTimers());

  it('that was cancelled does not sign in', async () => {
    for (let round = 0; round < 5; round++) {
      await using peer = await demo.connect();
      peer.send({ jsonrpc: '2.0', id: 'first', method: 'auth.login', params: TEST });
      peer.send({ jsonrpc: '2.0', id: 'second', method: 'auth.login', params: ADMIN });
      peer.notify('$/cancelRequest', { id: 'second' });
      expect(await peer.response('second')).toMatchObject({ error: { code: -32800 } });
      expect(await peer.response('first')).toMatchObject({ result: { token: expect.any(String) } });
      expect(await peer.result('whoami')).toMatchObject({ userId: 'test' });
    }
  });

  it('that was cancelled while it was being checked does not sign in', async () => {
    const { users } = demo;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const check = jest.spyOn(users, 'authenticate').mockImplementation(async (userId) => {
      await answered;
      return users.find(userId);
    });
    try {
      await using peer = await demo.connect();
      peer.send({ jsonrpc: '2.0', id: 'login', method: 'auth.login', params: TEST });
      await eventually(() => expect(check).toHaveBeenCalledTimes(1));
      peer.notify('$/cancelRequest', { id: 'login' });
      expect(await peer.response('login')).toMatchObject({ error: { code: -32800 } });
      answer();
      expect(await peer.request('whoami')).toMatchObject({ error: { code: -32001 } });
    } finally {
      check.mockRestore();
    }
  });

  it('waits for the one before it, and what is sent behind it waits for it', async () => {
    await using known = await demo.connect();
    const { token } = (await known.result('auth.login', ADMIN)) as { token: string };
    for (let round = 0; round < 5; round++) {
      await using peer = await demo.connect();
      peer.send({ jsonrpc: '2.0', id: 1, method: 'auth.login', params: TEST });
      peer.send({ jsonrpc: '2.0', id: 2, method: 'auth.token', params: { token } });
      peer.send({ jsonrpc: '2.0', id: 3, method: 'whoami' });
      expect(await peer.response(3)).toMatchObject({ result: { userId: 'admin' } });
      expect(peer.messages.map(({ id }) => id)).toEqual([1, 2, 3]);
    }
  });

  it('sent as a notification is not looked at', async () => {
    const check = jest.spyOn(demo.users, 'authenticate');
    try {
      await using peer = await demo.connect();
      peer.notify('auth.login', TEST);
      expect(await peer.request('whoami')).toMatchObject({ error: { code: -32001 } });
      expect(check).not.toHaveBeenCalled();
    } finally {
      check.mockRestore();
    }
  });

  it('is refused for a while after five in a row', async () => {
    // Five hashes may take a busy machine as long as one attempt takes to come back.
    holdClock();
    await using peer = await demo.connect();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await peer.request('auth.login', { ...TEST, password: 'a guess' })).toMatchObject({ error: { code: -32001 } });
    }
    expect(await peer.request('auth.login', TEST)).toMatchObject({
      error: { code: -32029, data: { retryAfterMs: expect.any(Number) } },
    });
    await using other = await demo.signedIn();
    expect(await other.result('whoami')).toMatchObject({ userId: 'test' });
  });

  it('finds its place while many others send sign-ins that nobody waits for', async () => {
    const crowd = await Promise.all(Array.from({ length: 10 }, () => demo.connect()));
    for (const peer of crowd) for (let index = 0; index < 64; index++) peer.notify('auth.login', TEST);
    await using peer = await demo.signedIn();
    expect(await peer.result('whoami')).toMatchObject({ userId: 'test' });
    await Promise.all(crowd.map((other) => other[Symbol.asyncDispose]()));
  });
});
