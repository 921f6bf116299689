import { jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../nest/free-port.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { BUILD_MS, DemoProcess, buildDemo } from './built-demo.js';

const signIn = async (demo: DemoProcess): Promise<string> => {
  await using peer = await RpcPeer.connect(demo.wsUrl);
  return ((await peer.result('auth.login', { username: 'test', password: '123456' })) as { token: string }).token;
};

// Some tests start several processes one after another.
jest.setTimeout(60_000);

describe('the demo as a process', () => {
  beforeAll(buildDemo, BUILD_MS);

  it('starts without any setting, says where it is, and answers there', async () => {
    await using demo = await DemoProcess.start();
    const text = demo.output.join('\n');
    expect(text).toContain(`Chat page   http://127.0.0.1:${demo.port}/`);
    expect(text).toContain(`Health      ${demo.url}/healthz and ${demo.url}/readyz`);
    expect(text).toContain(`Metrics     ${demo.url}/metrics`);
    expect(text).toContain(
      'JWT_SECRET is not set: tokens are signed with the secret that development starts keep in dist/apps/demo.jwt-secret',
    );
    await using peer = await RpcPeer.connect(demo.wsUrl);
    await peer.result('auth.login', { username: 'test', password: '123456' });
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [] });
  });

  it('says who can sign in with a password that everybody knows, and warns where others can reach it', async () => {
    await using local = await DemoProcess.start();
    expect(local.output.join('\n')).toContain('Sign in as  test / 123456 or admin / 123456');
    expect(local.output.join('\n')).not.toContain('Whoever can reach');
    await using reachable = await DemoProcess.start({ HOST: '0.0.0.0', DEMO_USERS: 'test:a-better-one' });
    expect(reachable.output.join('\n')).toContain('Sign in as  admin / 123456\n  Whoever can reach this address');
    await using closed = await DemoProcess.start({ HOST: '0.0.0.0', DEMO_USERS: 'test:a-better-one,admin:another-one:admin' });
    expect(closed.output.join('\n')).not.toMatch(/Sign in as|another-one/);
  });

  it('says goodbye to its sessions on SIGTERM, and ends', async () => {
    await using demo = await DemoProcess.start();
    await using peer = await RpcPeer.connect(demo.wsUrl);
    const stopped = demo.stop('SIGTERM');
    expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
    expect(peer.pushes).toMatchObject([{ method: 'session.shutdown', params: { reconnectAfterMs: expect.any(Number) } }]);
    await stopped;
  });

  it('takes tokens of an earlier start without any setting, but not in production', async () => {
    await using first = await DemoProcess.start();
    const token = await signIn(first);
    await first.stop();
    await using second = await DemoProcess.start();
    await using known = await RpcPeer.connect(second.wsUrl);
    expect(await known.request('auth.token', { token })).toMatchObject({ result: { userId: 'test' } });
    await using third = await DemoProcess.start({ NODE_ENV: 'production' });
    expect(third.output.join('\n')).toContain('JWT_SECRET is not set: tokens are signed with a random secret and end with this process');
    await using unknown = await RpcPeer.connect(third.wsUrl);
    expect(await unknown.request('auth.token', { token })).toMatchObject({ error: { code: -32001 } });
  });

  it('takes tokens of an earlier start if it has the same JWT_SECRET, and only then', async () => {
    await using first = await DemoProcess.start({ JWT_SECRET: 'kept by the operator' });
    const token = await signIn(first);
    await first.stop();
    await using second = await DemoProcess.start({ JWT_SECRET: 'kept by the operator' });
    await using known = await RpcPeer.connect(second.wsUrl);
    expect(await known.request('auth.token', { token })).toMatchObject({ result: { userId: 'test' } });
    await using third = await DemoProcess.start();
    await using unknown = await RpcPeer.connect(third.wsUrl);
    expect(await unknown.request('auth.token', { token })).toMatchObject({ error: { code: -32001 } });
  });

  it('does not start with settings that cannot work, and names them all without a stack', async () => {
    const { code, output } = await DemoProcess.failure({ PORT: 'http', DEMO_USERS: 'ada' });
    expect(code).toBe(1);
    expect(output).toBe(
      [
        'The demo cannot start:',
        '  - PORT must be a whole number within 0..65535, got "http"',
        '  - DEMO_USERS, entry 1: must be name:password or name:password:role',
      ].join('\n'),
    );
  });

  it('speaks https and wss with a certificate, and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-process-'));
    const { cert, key } = selfSignedCertificate();
    const env = { WS_TLS_CERT: join(folder, 'cert.pem'), WS_TLS_KEY: join(folder, 'key.pem') };
    writeFileSync(env.WS_TLS_CERT, cert);
    writeFileSync(env.WS_TLS_KEY, key);
    await using demo = await DemoProcess.start(env);
    rmSync(folder, { recursive: true });
    expect(demo.output.join('\n')).toMatch(/Chat page {3}https:.*\n.*JSON-RPC {4}wss:/);
    await using peer = await RpcPeer.connect(demo.wsUrl.replace('ws:', 'wss:'), { ca: cert });
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('says in one sentence that its port is taken', async () => {
    await using demo = await DemoProcess.start();
    const { code, output } = await DemoProcess.failure({ PORT: String(demo.port) });
    expect(code).toBe(1);
    expect(output).toContain(`Port ${demo.port} at 127.0.0.1 is taken; choose another one with PORT.`);
    expect(output).not.toContain('    at ');
  });

  it('says in one sentence that it cannot listen at its address, and ends, also with a port of the module’s own', async () => {
    // An address of a block that is for documentation only. @see RFC 5737
    const envs: Record<string, string>[] = [{}, { REALTIME_PORT: String(await freePort()), REALTIME_HOST: '127.0.0.1' }];
    for (const env of envs) {
      const { code, output } = await DemoProcess.failure({ ...env, HOST: '192.0.2.1' });
      expect(code).toBe(1);
      expect(output).toContain('This machine cannot listen on the address 192.0.2.1 (EADDRNOTAVAIL); choose another one with HOST.');
      expect(output).not.toContain('    at ');
    }
  });

  it('names the path and the port where sessions open', async () => {
    await using path = await DemoProcess.start({ REALTIME_PATH: '/socket' });
    expect(path.output.join('\n')).toContain(`JSON-RPC    ws://127.0.0.1:${path.port}/socket\n`);
    const port = await freePort();
    await using own = await DemoProcess.start({ REALTIME_PORT: String(port), REALTIME_HOST: '0.0.0.0' });
    expect(own.output.join('\n')).toContain(`JSON-RPC    ws://127.0.0.1:${port}/ws\n`);
    expect(own.output.join('\n')).toContain('Whoever can reach this address can sign in so');
    await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('serves the page with a strict policy, the modules that it imports, and no other file', async () => {
    await using demo = await DemoProcess.start();
    const page = await fetch(`${demo.url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([page.headers.get('x-content-type-options'), page.headers.get('x-powered-by')]).toEqual(['nosniff', null]);
    const links = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(1);
    const found = await Promise.all(links.map(async (path) => (await fetch(`${demo.url}${path}`)).status));
    expect(found).toEqual(links.map(() => 200));
    const forbidden = [
      '/assets/apps/demo/src/main.js',
      '/assets/apps/demo/web/',
      '/assets/apps/demo/web/../src/main.js',
      '/assets/apps/demo/web/..%2Fsrc%2Fmain.js',
      '/assets/libs/realtime/src/index.js',
      '/assets/../../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/apps/demo/web/%00.js',
      '/assets/apps/demo/web/index.html.bak',
    ];
    const refused = await Promise.all(forbidden.map(async (path) => (await fetch(`${demo.url}${path}`)).status));
    expect(refused).toEqual(forbidden.map(() => 404));
  });
});
