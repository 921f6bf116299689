/** Finds out which tests cite which ids of the conformance list, by reading the titles in the sources. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { testTitles } from '../support/test-titles.js';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** One id in the title of one test. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  /** From the root of the repository. */
  readonly file: string;
}

/** All citations in the specs of the repository. */
export function citations(): Citation[] {
  return ['libs', 'test'].flatMap(specsBelow).flatMap((file) => citationsIn(relative(REPOSITORY, file), readFileSync(file, 'utf8')));
}

/** The ids that stand in brackets at the end of the titles of tests. Tests that do not run cite nothing. */
export function citationsIn(file: string, text: string): Citation[] {
  return testTitles(text).flatMap((title) => {
    const ids = /\[([^[\]]+)\]$/.exec(title)?.[1]?.split(' ') ?? [];
    return ids.map((id) => ({ id, title, file }));
  });
}

function specsBelow(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
