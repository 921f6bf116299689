/** Compiles the libs and one server file as they are now, and runs them in a process of their own. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** How a process ended: by itself with a code, or by a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ServerProcess implements AsyncDisposable {
  readonly ended: Promise<ProcessEnd>;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /**
   * @param file a TypeScript file that sends its port when it listens, and ends when its parent is gone
   * @param nodeArgs for Node itself
   */
  static async start(file: string, nodeArgs: readonly string[] = []): Promise<ServerProcess> {
    // Inside the repository, so that the packages of its node_modules are found.
    mkdirSync(join(REPOSITORY, 'dist'), { recursive: true });
    const folder = mkdtempSync(join(REPOSITORY, 'dist/server-'));
    for (const lib of ['realtime', 'realtime-protocol']) {
      const target = join(folder, 'node_modules', `nestjs-${lib}`);
      compileFolder(join(REPOSITORY, 'libs', lib, 'src'), target);
      writeFileSync(
        join(target, 'package.json'),
        JSON.stringify({ type: 'module', exports: { '.': './index.js', './*': './*/index.js' } }),
      );
    }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const main = join(folder, 'server.js');
    compileFile(file, main);
    const child = fork(main, { execArgv: [...nodeArgs], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
    // All of it is loaded by now.
    rmSync(folder, { recursive: true, force: true });
    if (!started) throw new Error(`${file} ended before it listened`);
    return new ServerProcess(child, started[0] as number);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.ended;
  }
}

function compileFolder(source: string, target: string): void {
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || /\.(?:spec|fixture)\.ts$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    compileFile(file, join(target, relative(source, file)).replace(/\.ts$/, '.js'));
  }
}

function compileFile(source: string, target: string): void {
  const { code } = transformSync(readFileSync(source, 'utf8'), {
    filename: source,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}
