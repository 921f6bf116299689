/** Redis and NATS for tests: each test file starts servers of its own, so that it may stop, freeze and empty them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from './debian-tool.js';
import { eventually } from './eventually.js';
import { findNatsServer } from './nats-server.js';

export interface BrokerSettings {
  /** Keep what is written over a stop. @default false */
  readonly isDurable?: boolean;
  /** Lines of the server's configuration file. */
  readonly config?: readonly string[];
  /** Further arguments of its command. */
  readonly args?: readonly string[];
}

/** A server that a test may do with what it likes. */
export class Broker implements AsyncDisposable {
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'realtime-broker-'));

  private constructor(
    readonly kind: 'redis' | 'nats',
    readonly port: number,
    private readonly settings: BrokerSettings,
  ) {}

  static async start(kind: 'redis' | 'nats', settings: BrokerSettings = {}): Promise<Broker> {
    const broker = new Broker(kind, await freePort(), settings);
    await broker.start();
    return broker;
  }

  get url(): string {
    return `${this.kind}://127.0.0.1:${this.port}`;
  }

  /** The process, for signals. */
  get pid(): number {
    const pid = this.process?.pid;
    if (pid === undefined) throw new Error('The broker does not run');
    return pid;
  }

  async start(): Promise<void> {
    const [command, args] = this.kind === 'redis' ? this.redis() : this.nats();
    const child = spawn(command, [...args, ...(this.settings.args ?? [])], { stdio: 'ignore' });
    this.process = child;
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
      const socket = connect(this.port, '127.0.0.1');
      try {
        await once(socket, 'connect');
      } finally {
        socket.destroy();
      }
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    // One that was frozen ends only when it goes on.
    child.kill('SIGCONT');
    await ended;
  }

  /** What a server that was stopped had kept is gone. */
  forget(): void {
    for (const name of readdirSync(this.folder)) rmSync(join(this.folder, name), { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private redis(): [string, string[]] {
    const durable = this.settings.isDurable ? ['--appendonly', 'yes'] : ['--save', '', '--appendonly', 'no'];
    return [findRedisServer(), [this.configFile(), '--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder, ...durable]];
  }

  private configFile(): string {
    const file = join(this.folder, 'server.conf');
    writeFileSync(file, (this.settings.config ?? []).map((line) => `${line}\n`).join(''));
    return file;
  }

  private nats(): [string, string[]] {
    return [
      findNatsServer(),
      ['--config', this.configFile(), '--addr', '127.0.0.1', '--port', `${this.port}`, '--jetstream', '--store_dir', this.folder],
    ];
  }
}

/** @throws {Error} that says what to install */
export function findRedisServer(): string {
  return findTool({
    what: 'Tests of clusters need Redis 7 or later',
    variable: 'REDIS_SERVER',
    commands: ['redis-server', 'valkey-server'],
    package: 'redis-server',
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
