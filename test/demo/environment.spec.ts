/** The demo under settings from the environment: options of the module, bearer tokens, rate limits. */
import { once } from 'node:events';
import WebSocket from 'ws';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { RunningDemo } from './start-demo.js';

describe('WS_AUTH_ENABLED', () => {
  const env = { WS_AUTH_ENABLED: 'true', WS_BEARER_TOKENS: 'plain-token,ops:ops-token:admin' };

  it('signs in whoever holds one of the bearer tokens', async () => {
    await using demo = await RunningDemo.start(env);
    await using ops = await demo.connect({ headers: { Authorization: 'Bearer ops-token' } });
    expect(await ops.result('whoami')).toEqual({ userId: 'ops', roles: ['admin'] });
    await using plain = await demo.connect({ headers: { Authorization: 'bearer plain-token' } });
    expect(await plain.result('whoami')).toEqual({ userId: 'bearer-1', roles: [] });
  });

  it('refuses a token that nobody has, before there is a session', async () => {
    await using demo = await RunningDemo.start(env);
    const refused = await rawUpgrade(demo.port, '/ws', { Authorization: 'Bearer of bad news' });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([401, { reason: 'Unauthorized' }]);
  });

  it('takes a token in the library’s own login too', async () => {
    await using demo = await RunningDemo.start(env);
    await using peer = await demo.connect();
    expect(await peer.request('login', { accessToken: 'wrong' })).toMatchObject({ error: { code: -32001 } });
    expect(await peer.result('login', { accessToken: 'ops-token' })).toMatchObject({ userId: 'ops' });
    expect(await peer.result('whoami')).toMatchObject({ userId: 'ops' });
  });

  it('leaves auth.login as it is', async () => {
    await using demo = await RunningDemo.start(env);
    await using peer = await demo.connect();
    expect(await peer.request('whoami')).toMatchObject({ error: { code: -32001 } });
    await peer.result('auth.login', { username: 'test', password: '123456' });
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [] });
  });

  it('off, takes no bearer token', async () => {
    await using demo = await RunningDemo.start({ ...env, WS_AUTH_ENABLED: 'false' });
    await using peer = await demo.connect({ headers: { Authorization: 'Bearer ops-token' } });
    expect(await peer.request('whoami')).toMatchObject({ error: { code: -32001 } });
  });
});

describe('WS_RATE_LIMIT_*', () => {
  const limits = { WS_RATE_LIMIT_RATE: '6', WS_RATE_LIMIT_INTERVAL: '1h', WS_RATE_LIMIT_BURST: '3' };

  it('let a burst through, then answer -32029 with the time to wait', async () => {
    await using demo = await RunningDemo.start({ ...limits, WS_RATE_LIMIT_ENABLED: 'true' });
    await using peer = await demo.connect();
    for (const n of [1, 2, 3]) expect(await peer.result('echo', { n })).toEqual({ n });
    const refused = await peer.request('echo', { n: 4 });
    expect(refused).toMatchObject({ error: { code: -32029, reason: 'TooManyRequests', data: { retryAfterMs: expect.any(Number) } } });
    const { retryAfterMs } = refused.error?.data as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(600_000);
  });

  it('limit nothing unless they are enabled', async () => {
    await using demo = await RunningDemo.start(limits);
    await using peer = await demo.connect();
    for (let n = 0; n < 20; n++) expect(await peer.result('echo', { n })).toEqual({ n });
  });
});

describe('options of the module', () => {
  it('come from REALTIME_* variables', async () => {
    await using demo = await RunningDemo.start({ REALTIME_PATH: '/socket', REALTIME_LIMITS_BATCH_ITEMS: '1' });
    const socket = new WebSocket(demo.wsUrl.replace('/ws', '/socket'));
    await once(socket, 'open');
    socket.send('[{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","id":2,"method":"echo"}]');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({ error: { code: -32600, data: { maxBatchItems: 1 } } });
    socket.terminate();
    await once(socket, 'close');
  });

  it('that are wrong are named together with the variables of the demo', () => {
    const env = { PORT: 'x', REALTIME_PATH: 'ws', REALTIME_COLOUR: 'red', WS_RATE_LIMIT_RATE: 'fast', WS_TLS_KEY: 'key.pem' };
    expect(() => DemoConfig.fromEnv(env)).toThrow(
      /PORT must be.*\n.*WS_TLS_KEY needs WS_TLS_CERT\n.*REALTIME_PATH.*\n.*WS_RATE_LIMIT_RATE.*\n.*REALTIME_COLOUR/,
    );
  });
});
