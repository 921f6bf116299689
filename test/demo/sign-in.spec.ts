import type { RpcPeer } from '../support/rpc-peer.js';
import { RunningDemo } from './start-demo.js';

describe('signing in to the demo', () => {
  let demo: RunningDemo;
  beforeAll(async () => void (demo = await RunningDemo.start({ DEMO_USERS: 'ada:lovelace:admin', JWT_SECRET: 'of this test' })));
  afterAll(() => demo[Symbol.asyncDispose]());

  it('needs no sign-in for echo and heartbeat', async () => {
    await using peer = await demo.connect();
    expect(await peer.result('echo', { text: 'hello' })).toEqual({ text: 'hello' });
    expect(await peer.result('echo', [1, 'two'])).toEqual([1, 'two']);
    expect(await peer.result('echo')).toBeNull();
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['whoami', undefined],
    ['chat.rooms', undefined],
    ['chat.send', { room: 'lobby', text: 'hello' }],
    ['broadcast', { text: 'hello' }],
    ['self.reply', { text: 'hello' }],
    ['admin.kick', { userId: 'test', reason: 'spam' }],
    ['subscribe', { topics: ['room:lobby'] }],
  ])('is needed for %s', async (method, params) => {
    await using peer = await demo.connect();
    expect(await peer.request(method, params)).toMatchObject({ error: { code: -32001, reason: 'Unauthorized' } });
  });

  it('is needed before params are looked at', async () => {
    await using peer = await demo.connect();
    expect(await peer.request('chat.send', { room: 1 })).toMatchObject({ error: { code: -32001 } });
  });

  it('gives a token and signs this very session in', async () => {
    await using peer = await demo.connect();
    const login = { username: 'test', password: '123456', platform: 'web' };
    const result = await peer.result('auth.login', login);
    expect(result).toEqual({ token: expect.any(String), expiresAt: expect.any(Number) });
    expect((result as { expiresAt: number }).expiresAt).toBeGreaterThan(Date.now());
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [], platform: 'web' });
  });

  it('counts from the moment of the reply on, for requests that were already on their way', async () => {
    await using peer = await demo.connect();
    peer.send({ jsonrpc: '2.0', id: 'l', method: 'auth.login', params: { username: 'admin', password: '123456' } });
    await peer.response('l');
    expect(await peer.result('whoami')).toEqual({ userId: 'admin', roles: ['admin'] });
  });

  it('knows the accounts of DEMO_USERS', async () => {
    await using peer = await demo.signedIn('ada', 'lovelace');
    expect(await peer.result('whoami')).toEqual({ userId: 'ada', roles: ['admin'] });
  });

  it.each([
    ['a wrong password', { username: 'test', password: '654321' }],
    ['a user that does not exist', { username: 'nobody', password: '123456' }],
    ["a name that is a member of every object's prototype", { username: 'constructor', password: '123456' }],
  ])('is refused with the same words for %s, and changes nothing', async (_what, login) => {
    await using peer = await demo.connect();
    expect(await peer.request('auth.login', login)).toMatchObject({
      error: { code: -32001, reason: 'Unauthorized', message: 'Wrong user name or password' },
    });
    expect(await peer.request('whoami')).toMatchObject({ error: { code: -32001 } });
  });

  it('takes about as long for a user that does not exist as for a wrong password', async () => {
    await using one = await demo.connect();
    await using other = await demo.connect();
    const timeOf = async (peer: RpcPeer, username: string): Promise<number> => {
      const startMs = performance.now();
      await peer.request('auth.login', { username, password: 'wrong password' });
      return performance.now() - startMs;
    };
    let [known, unknown] = [Infinity, Infinity];
    // In turns, so that whatever else the machine does slows both of them down.
    for (let i = 0; i < 5; i++) {
      known = Math.min(known, await timeOf(one, 'test'));
      unknown = Math.min(unknown, await timeOf(other, 'nobody'));
    }
    expect(unknown).toBeGreaterThan(known / 3);
    expect(known).toBeGreaterThan(unknown / 3);
  });

  it.each([
    ['nothing', undefined, ['username', 'password']],
    ['a password that is no text', { username: 'test', password: 123456 }, ['password']],
    ['an empty name', { username: '', password: '123456' }, ['username']],
    ['a password without end', { username: 'test', password: 'x'.repeat(257) }, ['password']],
    ['an unknown platform', { username: 'test', password: '123456', platform: 'fridge' }, ['platform']],
  ])('is -32602 with %s', async (_what, params, paths) => {
    await using peer = await demo.connect();
    const { error } = await peer.request('auth.login', params);
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
    expect((error?.data as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
  });

  it('works again with the token, on another connection', async () => {
    await using first = await demo.connect();
    const { token, expiresAt } = (await first.result('auth.login', { username: 'test', password: '123456', platform: 'ios' })) as {
      token: string;
      expiresAt: number;
    };
    await using second = await demo.connect();
    expect(await second.result('auth.token', { token })).toEqual({ userId: 'test', expiresAt });
    expect(await second.result('whoami')).toEqual({ userId: 'test', roles: [], platform: 'ios' });
  });

  it('does not work with a token that was changed, made elsewhere or is none', async () => {
    await using peer = await demo.signedIn();
    const { token } = (await peer.result('auth.login', { username: 'test', password: '123456' })) as { token: string };
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ sub: 'admin', iss: 'nestjs-realtime-demo', exp: 9_999_999_999 })).toString('base64url');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    await using elsewhere = await RunningDemo.start({ JWT_SECRET: 'another' });
    await using other = await elsewhere.connect();
    const { token: foreign } = (await other.result('auth.login', { username: 'test', password: '123456' })) as { token: string };
    await using stranger = await demo.connect();
    for (const bad of [`${header}.${forged}.${signature}`, `${unsigned}.${forged}.`, `${header}.${payload}.`, foreign, 'no token']) {
      expect(await stranger.request('auth.token', { token: bad })).toMatchObject({
        error: { code: -32001, message: 'The sign-in has run out' },
      });
    }
    expect(await stranger.request('auth.token', {})).toMatchObject({ error: { code: -32602 } });
    expect(await stranger.request('whoami')).toMatchObject({ error: { code: -32001 } });
  });
});
