/** A Redis or a NATS that is started for three demo nodes, on loopback, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const HOST = '127.0.0.1';
const START_MS = 10_000;
const LOOK_MS = 20;

export class OwnBroker {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @throws {Error} if it does not accept connections within 10 s */
  static async start(kind: 'redis' | 'nats', command: string): Promise<OwnBroker> {
    const folder = mkdtempSync(join(tmpdir(), `demo-${kind}-`));
    const port = await freePort();
    const args =
      kind === 'redis'
        ? ['--port', `${port}`, '--bind', HOST, '--dir', folder, '--save', '', '--appendonly', 'no']
        : ['--addr', HOST, '--port', `${port}`, '--jetstream', '--store_dir', folder];
    // Out of the terminal's group: Ctrl-C must not end it before the nodes have said goodbye over it.
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    const broker = new OwnBroker(`${kind}://${HOST}:${port}`, child, folder);
    try {
      await accepts(child, port);
    } catch (cause) {
      await broker.stop();
      throw new Error(`${command} does not run: ${String(cause)}`, { cause });
    }
    return broker;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function accepts(child: ChildProcess, port: number): Promise<void> {
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`)));
  const deadline = performance.now() + START_MS;
  const answers = async (): Promise<void> => {
    while (!(await isOpen(port))) {
      if (performance.now() > deadline) throw new Error(`nothing answers at port ${port}`);
      await pause(LOOK_MS);
    }
  };
  await Promise.race([failed, answers()]);
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Translated: not yet.
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
