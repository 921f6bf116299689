/** The client's package as front ends use it: without the DOM's types, in a bundle, in Jest with CommonJS. */
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { build } from 'esbuild';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { codeBlocks, readPage } from '../docs/pages.js';
import { FreshApp, REPOSITORY, packLibs, run } from './fresh-app.js';

const FRONT_END = ['react', 'react-dom', '@types/react'];

const sizes = tableRows(readPage('docs/client.md'), 'bundle', 'min + gzip').map((row) => ({
  code: inBackticks(row['bundle'] ?? '')[0] ?? '',
  kB: Number.parseFloat(row['min + gzip'] ?? ''),
}));

describe('the package of the client', () => {
  const app = new FreshApp();

  beforeAll(() => {
    const packages = packLibs(app.folder).filter(({ name }) => name !== 'nestjs-realtime');
    app.install(packages, FRONT_END);
  }, 300_000);

  afterAll(() => app.remove());

  it('compiles where the compiler knows neither browsers nor Node', () => {
    expect(app.compile(['no-dom.mts'], { target: 'ES2022', lib: ['ES2022'], types: [] })).toEqual([]);
  });

  it('has the size that its page says', async () => {
    expect(sizes.map(({ code }) => code)).toEqual([
      "import { RealtimeClient } from 'nestjs-realtime-client'",
      "import * as hooks from 'nestjs-realtime-client/react'",
    ]);
    for (const { code, kB } of sizes) {
      const bytes = await bundled(code.replace('import', 'export'), app.folder);
      expect([code, Math.ceil(bytes / 100) / 10]).toEqual([code, kB]);
    }
    expect(sizes[1]?.kB).toBeLessThanOrEqual(2);
  });

  it('can be imported by tests in Jest with CommonJS, as its page says', () => {
    const recipe = codeBlocks('docs/client.md', 'js').find(({ text }) => text.includes('transformIgnorePatterns'));
    app.borrow('@swc/jest');
    app.borrow('@swc/core');
    app.write('jest.config.js', recipe?.text ?? '');
    app.write('client.test.js', TEST_OF_A_FRONT_END);
    const jest = join(REPOSITORY, 'node_modules/jest/bin/jest.js');
    expect(run(process.execPath, [jest, '--json', '--no-cache'], app.folder)).toContain('"numPassedTests":1');
  }, 60_000);
});

const TEST_OF_A_FRONT_END = `
import { RealtimeClient } from 'nestjs-realtime-client';
import { RealtimeProvider } from 'nestjs-realtime-client/react';

test('the client and its hooks are there', () => {
  expect(new RealtimeClient('wss://example.com/ws').state.name).toBe('idle');
  expect(typeof RealtimeProvider).toBe('function');
});
`;

/** The bytes of a program that a page loads, without React and, for the hooks, without the client. */
async function bundled(contents: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    external: ['react'],
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}
