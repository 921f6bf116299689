import { copyFileSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { bunBinary } from '../support/bun.js';
import { bundledWith } from './bundles.js';
import { FreshApp, packLibs, run, startApp } from './fresh-app.js';
import type { PackedPackage, RunningApp } from './fresh-app.js';
import { runtimeFacts } from './runtime-check.js';

/** What `nest new` installs and nestjs-realtime asks for as a peer; the types are for the compiler. */
const NEST_APP = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@types/node',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
];

interface Manifest {
  readonly type: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

describe('the three tarballs', () => {
  const app = new FreshApp();
  let packages: PackedPackage[];
  let compileErrors: string[];

  beforeAll(() => {
    packages = packLibs(app.folder);
    app.install(packages, NEST_APP);
    compileErrors = app.compile(['esm-app.mts', 'commonjs-app.cts', 'runtime-app.mts']);
  }, 300_000);

  afterAll(() => app.remove());

  const manifestOf = (name: string): Manifest =>
    JSON.parse(readFileSync(join(app.folder, 'node_modules', name, 'package.json'), 'utf8')) as Manifest;

  it('carry the three npm names and one version', () => {
    expect(packages.map(({ name }) => name)).toEqual(['nestjs-realtime-protocol', 'nestjs-realtime-client', 'nestjs-realtime']);
    expect(new Set(packages.map(({ version }) => version)).size).toBe(1);
  });

  it('hold code, types, licence and README, and nothing else', () => {
    for (const { files } of packages) {
      expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'index.js', 'index.d.ts']));
      const strange = files.filter((file) => !/\.js$|\.d\.ts$|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file));
      expect(strange).toEqual([]);
      expect(files.filter((file) => /\.spec\.|\.fixture\.|tsbuildinfo/.test(file))).toEqual([]);
    }
  });

  it('hold every file that their exports promise', () => {
    for (const { name, files } of packages) {
      const { exports, type, license } = manifestOf(name);
      const promised = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : [target.types, target.default]));
      expect(promised.filter((file) => !files.includes(file.replace('./', '')))).toEqual([]);
      expect([type, license]).toEqual(['module', 'MIT']);
    }
  });

  it('name each other in the versions in which they were packed', () => {
    const version = packages[0]?.version;
    for (const name of ['nestjs-realtime-client', 'nestjs-realtime']) {
      expect(manifestOf(name).dependencies?.['nestjs-realtime-protocol']).toBe(`^${version}`);
    }
  });

  it('never import a file of another package by its path', () => {
    for (const { name, files } of packages) {
      for (const file of files.filter((path) => /\.(js|d\.ts)$/.test(path))) {
        const text = readFileSync(join(app.folder, 'node_modules', name, file), 'utf8');
        const climbs = [...text.matchAll(/from '((?:\.\.\/)+)/g)].map(([, path]) => path?.split('../').length ?? 0);
        expect(Math.max(0, ...climbs)).toBeLessThanOrEqual(file.split('/').length);
      }
    }
  });

  it('type-check in a consumer without skipLibCheck', () => {
    const ours = compileErrors.filter((line) => /nestjs-realtime|-app\.[mc]ts/.test(line));
    expect(ours).toEqual([]);
  });

  it.each(['nestjs-realtime-protocol', 'nestjs-realtime-client', 'nestjs-realtime'])('let %s be imported and required', (name) => {
    const imported = run(
      process.execPath,
      ['-e', `import('${name}').then((names) => console.log(Object.keys(names).length > 0))`],
      app.folder,
    );
    const required = run(process.execPath, ['-e', `console.log(Object.keys(require('${name}')).length > 0)`], app.folder);
    expect([imported.trim(), required.trim()]).toEqual(['true', 'true']);
  });

  it.each([
    ['an ES module', 'esm-app.mjs'],
    ['CommonJS', 'commonjs-app.cjs'],
  ])('serve a Nest app written as %s, over a socket', async (_kind, file) => {
    await using running = await app.start(file);
    expect(await ask(running, 'echo', { text: 'hello' })).toEqual({ jsonrpc: '2.0', id: 'a', result: { text: 'hello' } });
  });

  it.each([
    ['Node', () => process.execPath],
    ['Bun', bunBinary],
  ])(
    'keep on %s what docs/with-other-libraries.md says of Bun',
    async (_runtime, binary) => {
      await using running = await startApp(binary(), 'runtime-app.mjs', app.folder);
      expect(await runtimeFacts(running)).toEqual({
        answers: ['Hello, Ada!', -32602, -32004],
        batch: { enter: 'entered', see: null },
        closings: [1003, 1009, 4001],
        contexts: [null, 'entered', null],
        extensions: 'permessage-deflate',
        goodbye: ['session.shutdown', 1012],
        isPinged: true,
        pushes: true,
        refusals: [404, 403],
      });
    },
    120_000,
  );

  it('serve a Nest app whose packages see only what they depend on, as with pnpm', async () => {
    const strict = new FreshApp();
    try {
      strict.install(packages, NEST_APP, 'linked');
      copyFileSync(join(app.folder, 'esm-app.mjs'), join(strict.folder, 'esm-app.mjs'));
      await using running = await strict.start('esm-app.mjs');
      expect(await ask(running, 'greet', { name: 'Ada' })).toMatchObject({ result: 'Hello, Ada!' });
      expect(readdirSync(join(strict.folder, 'node_modules'))).not.toContain('ws');
    } finally {
      strict.remove();
    }
  }, 120_000);

  it.each(['esbuild', 'webpack'] as const)(
    'serve an app that %s has made one file of, validation and all',
    async (bundler) => {
      const folder = bundledWith(bundler, app, 'esm-app.mjs');
      try {
        await using running = await startApp(process.execPath, 'main.mjs', folder);
        expect(await ask(running, 'greet', { name: 'Ada' })).toMatchObject({ result: 'Hello, Ada!' });
        expect(await ask(running, 'greet', { name: 7 })).toMatchObject({ error: { code: -32602, data: { errors: [{ path: 'name' }] } } });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});

/** Calls a method over a socket of its own and gives back the first frame that comes. */
function ask({ url }: RunningApp, method: string, params: object): Promise<unknown> {
  return new Promise((settle, fail) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    socket.once('error', fail);
    socket.once('open', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'a', method, params })));
    socket.once('message', (data: Buffer) => {
      settle(JSON.parse(data.toString('utf8')));
      socket.close();
    });
  });
}
