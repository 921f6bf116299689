/** The demo with a certificate of its own: https and wss, from files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { RunningDemo } from './start-demo.js';

describe('WS_TLS_CERT and WS_TLS_KEY', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-tls-'));
  const { cert, key } = selfSignedCertificate();
  const env = { WS_TLS_CERT: join(folder, 'cert.pem'), WS_TLS_KEY: join(folder, 'key.pem') };

  beforeAll(() => {
    writeFileSync(env.WS_TLS_CERT, cert);
    writeFileSync(env.WS_TLS_KEY, key);
    writeFileSync(join(folder, 'other-key.pem'), selfSignedCertificate().key);
    writeFileSync(join(folder, 'text.pem'), 'no certificate');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('make it speak wss to peers that trust the certificate', async () => {
    await using demo = await RunningDemo.start(env);
    expect(demo.wsUrl).toMatch(/^wss:/);
    await using peer = await demo.connect({ ca: cert });
    await peer.result('auth.login', { username: 'test', password: '123456' });
    expect(await peer.result('whoami')).toEqual({ userId: 'test', roles: [] });
  });

  it('leave no unencrypted way in', async () => {
    await using demo = await RunningDemo.start(env);
    await expect(RpcPeer.connect(demo.wsUrl.replace('wss:', 'ws:'))).rejects.toThrow();
    await expect(fetch(demo.url.replace('https:', 'http:'))).rejects.toThrow();
  });

  it.each([
    ['WS_TLS_CERT needs WS_TLS_KEY', { WS_TLS_CERT: env.WS_TLS_CERT }],
    ['WS_TLS_KEY needs WS_TLS_CERT', { WS_TLS_KEY: env.WS_TLS_KEY }],
    ['WS_TLS_CERT: the file', { ...env, WS_TLS_CERT: join(folder, 'missing.pem') }],
    ['are no certificate with its key', { ...env, WS_TLS_KEY: join(folder, 'other-key.pem') }],
    ['are no certificate with its key', { ...env, WS_TLS_CERT: join(folder, 'text.pem') }],
  ])('keep it from starting when they cannot work: %s', (fault, wrong) => {
    expect(() => DemoConfig.fromEnv(wrong)).toThrow(fault);
  });
});
