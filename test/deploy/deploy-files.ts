/** The files of `deploy/`, as values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { REPOSITORY, readPage } from '../docs/pages.js';

/** @param path below the repository @throws {Error} that names the file, if it is no YAML */
export function yamlDocuments(path: string): unknown[] {
  const documents = parseAllDocuments(readText(path), { merge: true, strict: true, uniqueKeys: true });
  return [...documents].map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw new Error(`${path}: ${fault.message}`);
    return document.toJS() as unknown;
  });
}

export function readText(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** The names of the files of a folder of `deploy/`, in order. */
export function filesOf(folder: string): string[] {
  return readdirSync(join(REPOSITORY, 'deploy', folder)).sort();
}

/** The default of an option in s, from the table that `test/config` holds against the source. */
export function defaultSeconds(option: string): number {
  const row = tableRows(readPage('docs/operations.md'), 'option', 'unit').find((each) => each['option'] === `\`${option}\``);
  const [text = ''] = inBackticks(row?.['default'] ?? '');
  if (row?.['unit'] !== 'ms' || !/^[\d_]+$/.test(text)) throw new Error(`docs/operations.md has no default in ms for ${option}`);
  return Number(text.replaceAll('_', '')) / 1_000;
}
