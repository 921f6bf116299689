/** A proxy as people run it, in a process of its own with a folder of its own. */
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sharing } from '../deploy/nginx-files.js';
import { nginxConfiguration } from '../deploy/nginx-files.js';
import { freePort } from '../nest/free-port.js';
import type { Tool } from '../support/debian-tool.js';
import { findTool, isRoot } from '../support/debian-tool.js';
import { eventually } from '../support/eventually.js';
import type { SelfSigned } from '../support/self-signed-certificate.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';

/** On a fresh machine the proxy has to be installed first. */
export const PROXY_START_MS = 300_000;

const NGINX: Tool = { what: 'The tests behind proxies need nginx', variable: 'NGINX', commands: ['nginx'], package: 'nginx' };
/** What a container's nginx has from its image: in the foreground, and as a user who may write into its folder. */
const onTheSpot = (): string => `daemon off; ${isRoot() ? 'user root;' : ''}`;

/** @returns what nginx says of a configuration; undefined if it is right */
export function nginxFault(sharing: Sharing): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'realtime-nginx-'));
  const file = join(folder, 'nginx.conf');
  try {
    writeFileSync(file, nginxConfiguration(sharing, { port: 8080, folder, nodePorts: sharing === 'scaled' ? [3000] : [3001, 3002, 3003] }));
    const { status, stderr } = spawnSync(findTool(NGINX), ['-t', '-q', '-p', folder, '-e', 'stderr', '-c', file], { encoding: 'utf8' });
    return status === 0 && stderr === '' ? undefined : stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HAPROXY: Tool = { what: 'The tests behind proxies need HAProxy', variable: 'HAPROXY', commands: ['haproxy'], package: 'haproxy' };

/** What a configuration is written from. */
export interface ProxyFacts {
  readonly port: number;
  readonly folder: string;
}

export class ProxyProcess implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly port: number,
    readonly certificate: SelfSigned,
  ) {}

  /** @param locations what stands in the `server` block @param isTls takes `https` with a certificate of its own */
  static nginx(locations: string, isTls = false): Promise<ProxyProcess> {
    const listen = ({ port, folder }: ProxyFacts): string =>
      isTls
        ? `listen 127.0.0.1:${port} ssl; ssl_certificate ${folder}/both.pem; ssl_certificate_key ${folder}/both.pem;`
        : `listen 127.0.0.1:${port};`;
    const conf = (facts: ProxyFacts): string => `daemon off; worker_processes 1; pid ${facts.folder}/pid; error_log stderr error;
      ${isRoot() ? 'user root;' : ''}
      events { worker_connections 256; }
      http {
        access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${facts.folder}/${kind};`).join(' ')}
        server { ${listen(facts)} ${locations} }
      }`;
    return ProxyProcess.start(NGINX, conf, (file, { folder }) => ['-p', folder, '-e', 'stderr', '-c', file]);
  }

  /** With the configuration of `deploy/nginx`. @param nodePorts of the nodes on this machine */
  static deployedNginx(sharing: Sharing, nodePorts: readonly number[]): Promise<ProxyProcess> {
    // How many files may be open is a matter of the machine, and what is said of nodes that go is expected.
    const conf = (facts: ProxyFacts): string =>
      nginxConfiguration(sharing, { ...facts, nodePorts })
        .replace(/worker_rlimit_nofile \d+;/, '')
        .replace(/worker_connections \d+;/, 'worker_connections 256;')
        .replace('error_log stderr', `error_log ${facts.folder}/error.log`);
    return ProxyProcess.start(NGINX, conf, (file, { folder }) => ['-p', folder, '-e', 'stderr', '-c', file, '-g', onTheSpot()]);
  }

  /** Speaks HTTP/2 over TLS to clients, and HTTP/1.1 to the app. */
  static haproxy(appPort: number): Promise<ProxyProcess> {
    const conf = ({ port, folder }: ProxyFacts): string => `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend clients
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem alpn h2,http/1.1
  default_backend app
backend app
  server one 127.0.0.1:${appPort}
`;
    return ProxyProcess.start(HAPROXY, conf, (file) => ['-db', '-f', file]);
  }

  private static async start(
    tool: Tool,
    configuration: (facts: ProxyFacts) => string,
    args: (file: string, facts: ProxyFacts) => string[],
  ): Promise<ProxyProcess> {
    const command = findTool(tool);
    const facts = { port: await freePort(), folder: mkdtempSync(join(tmpdir(), 'realtime-proxy-')) };
    const certificate = selfSignedCertificate();
    writeFileSync(join(facts.folder, 'both.pem'), `${certificate.cert}\n${certificate.key}\n`);
    const file = join(facts.folder, 'proxy.conf');
    writeFileSync(file, configuration(facts));
    const child = spawn(command, args(file, facts), { stdio: ['ignore', 'inherit', 'inherit'] });
    const started = new ProxyProcess(child, facts.folder, facts.port, certificate);
    process.once('exit', started.kill);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
      const probe = connect(facts.port, '127.0.0.1');
      await once(probe, 'connect');
      probe.destroy();
    });
    return started;
  }

  private readonly kill = (): void => void this.child.kill('SIGTERM');

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.kill);
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.kill();
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
