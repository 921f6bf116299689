/** docs/security.md has every row of the checklist, and every test that it names is there and runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tableRows } from '../docs/markdown-tables.js';
import { readPage, REPOSITORY } from '../docs/pages.js';
import { optionTable } from './option-table.js';
import { titlesIn } from './titles.js';

const ROWS_OF_THE_CHECKLIST = 40;

const rows = tableRows(readPage('docs/security.md'), '#', 'attack', 'what happens', 'options', 'tests');

interface Proof {
  readonly row: string;
  readonly title: string;
  readonly file: string;
}

const proofs = rows.flatMap((row): Proof[] =>
  [...(row['tests'] ?? '').matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)].map(([, title = '', file = '']) => ({
    row: row['#'] ?? '',
    title,
    file,
  })),
);

describe('docs/security.md', () => {
  it('has every row, in order', () => {
    expect(rows.map((row) => row['#'])).toEqual(Array.from({ length: ROWS_OF_THE_CHECKLIST }, (_, index) => String(index + 1)));
  });

  it('names a test for each row, or says why there is none', () => {
    const bare = rows.filter((row) => !proofs.some((proof) => proof.row === row['#']));
    expect(
      bare.filter((row) => row['tests'] !== 'not yet' || !/^Does not apply/.test(row['what happens'] ?? '')).map((row) => row['#']),
    ).toEqual([]);
  });

  it('names only tests that there are', () => {
    const missing = proofs.filter(({ title, file }) => {
      const path = join(REPOSITORY, file);
      return !existsSync(path) || !titlesIn(path).includes(title);
    });
    expect(missing).toEqual([]);
  });

  it('names only options that there are', () => {
    const known = optionTable();
    const named = rows.flatMap((row) => [...(row['options'] ?? '').matchAll(/`([^`]+)`/g)].map(([, option = '']) => option));
    expect(named.filter((option) => !known.includes(`\`${option}\``) && !known.includes(`\`${option}.`))).toEqual([]);
  });
});
