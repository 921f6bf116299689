/** Imports the code that a page shows, so that tests run what readers copy. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY, codeBlocks } from './pages.js';

let folder: string | undefined;

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** @returns what the first block of TypeScript on the page that holds the words exports */
export async function moduleFromPage<Exports>(page: string, words: string): Promise<Exports> {
  const block = codeBlocks(page, 'ts').find(({ text }) => text.includes(words));
  if (!block) throw new Error(`${page} has no block of TypeScript with ${words}`);
  const file = join((folder ??= newFolder()), `line-${block.line}.ts`);
  writeFileSync(file, block.text);
  return (await import(file)) as Exports;
}

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'shown-apps-'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(made, 'node_modules'));
  return made;
}
