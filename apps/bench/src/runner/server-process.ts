/** A server under test in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProbeReading, ProbeRequest } from '../servers/probe.js';
import type { ServerPlace } from './cores.js';
import { nodeOn } from './cores.js';

const PROBE = new URL('../servers/probe.js', import.meta.url);

export class ServerProcess implements AsyncDisposable {
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    fail: (error: Error) => void,
  ) {
    child.once('exit', (code, signal) => {
      if (!this.stopping) fail(new Error(`The server ended by itself: ${code ?? signal}`));
    });
  }

  /**
   * Starts the server and waits until it listens.
   * @param serverArgs for the server itself
   * @param fail told when the process ends before it is stopped
   */
  static async start(
    script: URL,
    place: ServerPlace,
    fail: (error: Error) => void,
    serverArgs: readonly string[] = [],
  ): Promise<ServerProcess> {
    const [command, args] = nodeOn(place, ['--expose-gc', '--import', PROBE.href, fileURLToPath(script), ...serverArgs]);
    const env = { ...process.env, PORT: '0', HOST: '127.0.0.1' };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    if (!child.stdout) throw new Error('The server has no output to read');
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^listening on .*:(\d+)$/.exec(line)?.[1];
      if (port === undefined) continue;
      // Whatever else it prints must not fill the pipe and stop it.
      child.stdout.resume();
      return new ServerProcess(child, Number(port), fail);
    }
    throw new Error(`${fileURLToPath(script)} ended before it listened`);
  }

  /** CPU time and memory of the server up to now. */
  async read(request: ProbeRequest = { collectGarbage: false }): Promise<ProbeReading> {
    const answered = once(this.child, 'message') as Promise<[ProbeReading]>;
    this.child.send(request);
    return (await answered)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
