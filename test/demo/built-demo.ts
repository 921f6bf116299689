/** The demo as `npm start` runs it: built by the Nest CLI and started as a process of its own. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Time for a `beforeAll` that may have to build, in ms. */
export const BUILD_MS = 120_000;

const REPOSITORY = resolve(import.meta.dirname, '../..');
const MAIN = join(REPOSITORY, 'dist/apps/demo/main.js');
const BUILT_FROM = ['apps/demo', 'libs', 'nest-cli.json', 'tsconfig.json'];

/** Builds the demo unless what is there is newer than every source. @throws {Error} with what the compiler said */
export function buildDemo(): void {
  if (existsSync(MAIN) && statSync(MAIN).mtimeMs > newestSourceMs()) return;
  const cli = join(REPOSITORY, 'node_modules/@nestjs/cli/bin/nest.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'build', 'demo'], { cwd: REPOSITORY, encoding: 'utf8' });
  if (status !== 0) throw new Error(`nest build demo ended with ${status}:\n${stdout}\n${stderr}`);
}

function newestSourceMs(): number {
  const files = BUILT_FROM.map((name) => join(REPOSITORY, name)).flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
      : [path],
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

export class DemoProcess implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    /** Everything that it printed. */
    readonly output: readonly string[],
    readonly url: string,
  ) {}

  /** @throws {Error} with what it printed, if it ends before it says its address */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<DemoProcess> {
    const { child, output } = run(env);
    const url = await new Promise<string>((found, fail) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface(stream).on('line', (line) => addressIn(line, output, found));
      }
      child.once('exit', (code) => fail(new Error(`The demo ended with ${code}:\n${output.join('\n')}`)));
    });
    return new DemoProcess(child, output, url);
  }

  /** Starts the demo where it cannot start. */
  static async failure(env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
    const { child, output } = run(env);
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', (line) => output.push(line));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: output.join('\n') };
  }

  /** The process, for signals. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  /** @returns the exit code, or null if the signal ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

function run(env: Readonly<Record<string, string>>): { child: ChildProcess; output: string[] } {
  const { PATH } = process.env;
  // Nothing else of the environment: the demo must need none.
  const child = spawn(process.execPath, [MAIN], { env: { PATH, PORT: '0', NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, output: [] };
}

/** The greeting says the address, and ends with an empty line. */
function addressIn(line: string, output: string[], found: (url: string) => void): void {
  output.push(line);
  if (line !== '') return;
  const [, url] = /Chat page\s+(https?:\S+?)\/?$/m.exec(output.join('\n')) ?? [];
  if (url !== undefined) found(url);
}
