/** The titles of the tests in a file; tests that do not run have none. */
import { readFileSync } from 'node:fs';
import { testTitles } from '../support/test-titles.js';

/** Without the ids of the conformance list at the end. */
export function titlesIn(file: string): string[] {
  return testTitles(readFileSync(file, 'utf8')).map((title) => title.replace(/ \[[A-Z0-9 ]+\]$/, ''));
}
