import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesAsMarkdown } from './conformance-page.js';
import { LIBRARY_RULES } from './library-rules.js';
import { SPECIFICATION_RULES } from './specification-rules.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8');

function section(heading: string): string {
  return page.split(`## ${heading}\n\n`)[1]?.split('\n\n## ')[0]?.trimEnd() ?? `The page has no section "${heading}"`;
}

describe('docs/conformance.md', () => {
  it('shows the rules of the specification as the tests know them', () => {
    expect(section('What the specification demands')).toBe(rulesAsMarkdown(SPECIFICATION_RULES));
  });

  it('shows the rules of the library as the tests know them', () => {
    expect(section('What this library promises beyond it')).toBe(rulesAsMarkdown(LIBRARY_RULES));
  });
});
