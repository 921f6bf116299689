/** The pages that people read: where they lie, and their fenced blocks of code. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** A fenced block of code. */
export interface CodeBlock {
  /** The page, as a path from the root of the repository. */
  readonly page: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly language: string;
  /** True for a block that is a piece of a function and not a module. */
  readonly isFragment: boolean;
  readonly text: string;
}

/** Every Markdown page of the project: in the root, in docs and beside the libs. */
export function pages(): string[] {
  const inRoot = markdownIn('.');
  const docs = markdownIn('docs').map((name) => join('docs', name));
  const libs = readdirSync(join(REPOSITORY, 'libs')).flatMap((lib) => markdownIn(join('libs', lib)).map((name) => join('libs', lib, name)));
  return [...inRoot, ...docs, ...libs];
}

export function pageExists(page: string): boolean {
  return existsSync(join(REPOSITORY, page));
}

export function readPage(page: string): string {
  return readFileSync(join(REPOSITORY, page), 'utf8');
}

/** The blocks of a page that are written in one of the languages. */
export function codeBlocks(page: string, ...languages: readonly string[]): CodeBlock[] {
  return blocksIn(page, readPage(page)).filter(({ language }) => languages.includes(language));
}

/** The fenced blocks of a text, whatever their language. */
export function blocksIn(page: string, markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly fence: string; readonly info: readonly string[]; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence, info] = /^\s*(`{3,})(.*)$/.exec(line) ?? [];
    if (open && fence !== undefined && info?.trim() === '' && fence.length >= open.fence.length) {
      const [language = '', kind] = open.info;
      blocks.push({ page, line: open.line, language, isFragment: kind === 'fragment', text: open.lines.join('\n') });
      open = undefined;
    } else if (open) {
      open.lines.push(line);
    } else if (fence !== undefined && info !== undefined) {
      open = { fence, info: info.trim().split(/\s+/), line: index + 2, lines: [] };
    }
  }
  return blocks;
}

function markdownIn(folder: string): string[] {
  const absolute = join(REPOSITORY, folder);
  return existsSync(absolute)
    ? readdirSync(absolute)
        .filter((name) => name.endsWith('.md'))
        .sort()
    : [];
}
