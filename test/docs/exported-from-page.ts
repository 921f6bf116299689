/** Imports the code that a page shows, so that tests run what readers copy. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY, codeBlocks } from './pages.js';

let folder: string | undefined;

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** What the first block of the page that holds the words exports under a name. */
export async function exportedFromPage<Exported>(page: string, words: string, name: string): Promise<Exported> {
  const block = codeBlocks(page, 'ts').find(({ text }) => text.includes(words));
  if (!block) throw new Error(`${page} has no block of TypeScript with ${words}`);
  const file = join((folder ??= newFolder()), `${name}.ts`);
  writeFileSync(file, block.text);
  const exported = ((await import(file)) as Record<string, Exported>)[name];
  if (exported === undefined) throw new Error(`${page} exports no ${name}`);
  return exported;
}

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'shown-apps-'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(made, 'node_modules'));
  return made;
}
