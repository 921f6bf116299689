/** The demo follows the options of the module that its page, its greeting and its sign-in have to do with. */
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import type { PageSettings } from '../../apps/demo/src/demo-api.js';
import { freePort } from '../nest/free-port.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { RunningDemo } from './start-demo.js';

const ENTITIES: Readonly<Record<string, string>> = { '&quot;': '"', '&lt;': '<', '&amp;': '&' };

const settingsOf = async (demo: RunningDemo): Promise<PageSettings> => {
  const page = await (await fetch(`${demo.url}/`)).text();
  const [, content = ''] = /<meta\s+name="demo-settings"\s+content="([^"]*)"/.exec(page) ?? [];
  return JSON.parse(content.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)) as PageSettings;
};

const policyOf = async (demo: RunningDemo): Promise<string> =>
  (await fetch(`${demo.url}/`)).headers
    .get('content-security-policy')
    ?.split('; ')
    .find((part) => part.startsWith('connect-src')) ?? '';

describe('what the page is told', () => {
  it('is the default path, and who may sign in to try the demo', async () => {
    await using demo = await RunningDemo.start();
    expect(await settingsOf(demo)).toEqual({
      socket: { path: '/ws' },
      platform: 'web',
      methods: {},
      wellKnown: { users: ['test', 'admin'], password: '123456' },
    });
    expect(await policyOf(demo)).toBe("connect-src 'self'");
  });

  it('is another path and other names of methods, if there are, whatever they look like', async () => {
    const name = 'li"s<t&en$&';
    await using demo = await RunningDemo.start({
      REALTIME_PATH: '/a&b$&',
      REALTIME_METHODS_SUBSCRIBE: name,
      REALTIME_METHODS_HEARTBEAT: 'false',
    });
    expect(await settingsOf(demo)).toMatchObject({ socket: { path: '/a&b$&' }, methods: { subscribe: name } });
  });

  it('names no password that somebody has changed', async () => {
    await using one = await RunningDemo.start({ DEMO_USERS: 'test:a-better-one' });
    expect((await settingsOf(one)).wellKnown.users).toEqual(['admin']);
    await using none = await RunningDemo.start({ DEMO_USERS: 'test:a-better-one,admin:another-one:admin' });
    expect((await settingsOf(none)).wellKnown.users).toEqual([]);
  });
});

describe('REALTIME_PORT', () => {
  it('opens sessions at that port, at the address of the demo, to the page and to no other', async () => {
    const port = await freePort();
    await using demo = await RunningDemo.start({ REALTIME_PORT: String(port) });
    expect(await settingsOf(demo)).toMatchObject({ socket: { path: '/ws', port } });
    expect(await policyOf(demo)).toBe(`connect-src 'self' ws://127.0.0.1:${port} wss://127.0.0.1:${port}`);
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`, { origin: demo.url });
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
    expect((await rawUpgrade(port, '/ws', { Origin: 'http://elsewhere.example' })).status).toBe(403);
    expect((await fetch(`${demo.url}/ws`)).status).toBe(404);
    expect(DemoConfig.fromEnv({ REALTIME_PORT: '4000', HOST: '127.0.0.2' }).realtime.host).toBe('127.0.0.2');
    expect(DemoConfig.fromEnv({ REALTIME_PORT: '4000', REALTIME_HOST: '127.0.0.3' }).realtime.host).toBe('127.0.0.3');
  });

  it('must be another one than PORT, and is not there for TLS', () => {
    expect(() => DemoConfig.fromEnv({ REALTIME_PORT: '4000', PORT: '4000' })).toThrow('REALTIME_PORT must be another port than PORT');
    expect(() => DemoConfig.fromEnv({ REALTIME_PORT: '4000', WS_TLS_CERT: 'missing.pem', WS_TLS_KEY: 'missing.pem' })).toThrow(
      'REALTIME_PORT cannot be used with WS_TLS_CERT',
    );
  });
});

describe('REALTIME_PLATFORMS', () => {
  const env = { REALTIME_PLATFORMS: 'tv,watch', JWT_SECRET: 'of this test' };
  const login = (platform?: string) => ({ username: 'test', password: '123456', platform });

  it('are what auth.login takes, and nothing else', async () => {
    await using demo = await RunningDemo.start(env);
    await using peer = await demo.connect();
    await peer.result('auth.login', login('tv'));
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [], platform: 'tv' });
    expect(await peer.request('auth.login', login('web'))).toMatchObject({
      error: {
        code: -32602,
        data: { errors: [{ path: 'platform', constraints: { isIn: 'platform must be one of the following values: tv, watch' } }] },
      },
    });
  });

  it('leave a page that is none of them a sign-in without', async () => {
    await using demo = await RunningDemo.start(env);
    expect(await settingsOf(demo)).not.toHaveProperty('platform');
    await using peer = await demo.connect();
    await peer.result('auth.login', login());
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [] });
  });

  it('make a token void that names another one', async () => {
    await using before = await RunningDemo.start({ JWT_SECRET: env.JWT_SECRET });
    await using first = await before.connect();
    const { token } = (await first.result('auth.login', login('web'))) as { token: string };
    await using after = await RunningDemo.start(env);
    await using second = await after.connect();
    expect(await second.request('auth.token', { token })).toMatchObject({ error: { code: -32001 } });
  });
});
