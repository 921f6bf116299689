import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** One published package: its unpacked package.json and the files in the tarball. */
export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
  readonly files: readonly string[];
}

/** Is told to end where the block that holds it ends. */
export interface RunningApp extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<number | null>;
}

/** @throws {Error} with the command's output if it does not end with 0. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** `npm run build`, then `npm pack` in each of dist/libs/*. */
export function packLibs(into: string): PackedPackage[] {
  run('npm', ['run', 'build'], REPOSITORY);
  return ['realtime-protocol', 'realtime-client', 'realtime'].map((lib) => {
    const out = run('npm', ['pack', '--json', '--pack-destination', into], join(REPOSITORY, 'dist/libs', lib));
    const packed = JSON.parse(out) as { name: string; version: string; filename: string; files: { path: string }[] }[];
    const [{ name, version, filename, files } = raise(`npm pack said nothing about ${lib}`)] = packed;
    return { name, version, tarball: join(into, filename), files: files.map(({ path }) => path) };
  });
}

/**
 * A folder with a package.json of its own, in which npm has installed the tarballs and, in the versions of our lock file
 * (so that npm's cache is enough), what a Nest app depends on.
 */
export class FreshApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'fresh-nest-app-'));

  /** @param strategy `linked` gives each package only what it depends on, as pnpm does */
  install(packages: readonly PackedPackage[], dependencies: readonly string[], strategy: 'hoisted' | 'linked' = 'hoisted'): void {
    const ours = packages.map(({ name, tarball }) => [name, `file:${tarball}`] as const);
    const theirs = dependencies.map((name) => [name, installedVersion(name)] as const);
    const manifest = { name: 'fresh-nest-app', version: '1.0.0', private: true, dependencies: Object.fromEntries([...theirs, ...ours]) };
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify(manifest, null, 2));
    copyFileSync(join(REPOSITORY, 'package-lock.json'), join(this.folder, 'package-lock.json'));
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', `--install-strategy=${strategy}`];
    run('npm', ['install', ...options], this.folder);
  }

  /** Compiles the consumer's files as a user would; the errors of the compiler, `[]` if there are none. @param special options beside the usual ones */
  compile(sources: readonly string[], special: object = {}): string[] {
    const compilerOptions = {
      target: 'ES2023',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      skipLibCheck: false,
      ...special,
    };
    for (const source of sources) copyFileSync(join(import.meta.dirname, 'consumer', source), join(this.folder, source));
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: sources }));
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: this.folder, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line.includes('error TS'));
  }

  /** Makes a package of the repository one of the app's, for tools that need not be installed anew. */
  borrow(name: string): void {
    const target = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(REPOSITORY, 'node_modules', name), target);
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Starts a compiled file and waits for the line that tells its address. */
  start(file: string): Promise<RunningApp> {
    return startApp(process.execPath, file, this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts an app and waits for the line that tells its address. @param runtime such as the path of Node */
export async function startApp(runtime: string, file: string, folder: string): Promise<RunningApp> {
  const child = spawn(runtime, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      const stop = (): Promise<number | null> => (child.kill('SIGTERM'), exited.then(([code]) => code));
      return { url, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
    }
    errors.push(`${line}\n`);
  }
  const [code] = await exited;
  throw new Error(`${file} ended with ${code} before it listened:\n${errors.join('')}`);
}

function installedVersion(name: string): string {
  return (JSON.parse(readFileSync(join(REPOSITORY, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
}

function raise(message: string): never {
  throw new Error(message);
}
