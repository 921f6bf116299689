/** The tests that docs/testing.md shows are run as they stand there. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { startNode } from '../support/start-node.js';
import { REPOSITORY, codeBlocks } from './pages.js';

// A folder as a user has it: files of the page, and the packages beside them.
const folder = mkdtempSync(join(tmpdir(), 'testing-page-'));
symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));

afterAll(() => rmSync(folder, { recursive: true }));

const blocks = codeBlocks('docs/testing.md', 'ts');
const suites = blocks.filter(({ text }) => text.includes("describe('"));

for (const [index, { text }] of suites.entries()) {
  const file = join(folder, `suite-${index}.ts`);
  writeFileSync(file, text);
  // Declares the tests of the suite beside those of this file.
  await import(file);
}

describe('docs/testing.md', () => {
  it('has suites, which are run here', () => {
    expect(suites.length).toBe(4);
  });

  it('has something that may stand for the metrics: an app starts with it', async () => {
    const [standIn] = blocks.filter(({ text }) => text.includes('class RealtimePrometheusModule'));
    const file = join(folder, 'no-metrics.ts');
    writeFileSync(file, standIn?.text ?? '');
    const { RealtimePrometheusModule } = (await import(file)) as { readonly RealtimePrometheusModule: Type & { forRoot(): DynamicModule } };
    class Metrics {}
    Module({ imports: [RealtimePrometheusModule.forRoot()] })(Metrics);
    await using node = await startNode({ imports: [Metrics] });
    expect((await fetch(`http://127.0.0.1:${node.port}/metrics`)).status).toBe(404);
  });
});
