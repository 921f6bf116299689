/** docs/options.md has every option of the module, with its default and what it must be. */
import { NestFactory } from '@nestjs/core';
import { RealtimeConfigError, RealtimeModule } from 'nestjs-realtime';
import { inBackticks, tableRows } from './markdown-tables.js';
import { readPage } from './pages.js';
import { sourceDefaults } from './source-defaults.js';

const rows = tableRows(readPage('docs/options.md'), 'option', 'unit', 'default').map((row) => ({
  name: inBackticks(row['option'] ?? '').join(),
  fallback: inBackticks(row['default'] ?? '').map(literal)[0],
  rule: row['must be'],
}));
const names = rows.map(({ name }) => name);

describe('docs/options.md', () => {
  it('has every option and no other', async () => {
    const groups = [...new Set(names.filter((name) => name.includes('.')).map((name) => name.split('.', 1)[0] ?? ''))];
    const faults = await faultsOf({ '?': 1, ...Object.fromEntries(groups.map((group) => [group, { '?': 1 }])) });
    const known = faults.flatMap((fault) => {
      const [, prefix = '', list = ''] = /^(?:(\w+)\.)?\? is not an option; known here: (.+)$/.exec(fault) ?? [];
      return list.split(', ').map((name) => (prefix === '' ? name : `${prefix}.${name}`));
    });
    expect(known.filter((name) => !groups.includes(name)).sort()).toEqual([...names].sort());
  });

  it('says what each option must be', async () => {
    const wrong: Record<string, unknown> = {};
    for (const name of names) {
      const [group = '', member] = name.split('.');
      if (member === undefined) wrong[group] = -1;
      else wrong[group] = { ...(wrong[group] as object | undefined), [member]: -1 };
    }
    const faults = await faultsOf(wrong);
    expect(faults.map((fault) => fault.replace(/, got -1$/, '')).sort()).toEqual(
      rows.map(({ name, rule }) => `${name} must be ${rule}`).sort(),
    );
  });

  it('says the default of each option', () => {
    const defaults = sourceDefaults();
    // The module keeps 0 where no port is named.
    const known = { ...defaults, port: defaults['port'] === 0 ? undefined : defaults['port'] };
    expect(Object.fromEntries(rows.map(({ name, fallback }) => [name, fallback]))).toEqual(known);
  }, 60_000);
});

/** A literal of JavaScript: a number with or without underscores, true, false, a string or a list of strings in single quotes. */
function literal(code: string): unknown {
  return JSON.parse(/^[\d_]+$/.test(code) ? code.replaceAll('_', '') : code.replaceAll("'", '"'));
}

async function faultsOf(options: Record<string, unknown>): Promise<readonly string[]> {
  try {
    await NestFactory.createApplicationContext(RealtimeModule.forRoot(options), { logger: false, abortOnError: false });
  } catch (error) {
    if (error instanceof RealtimeConfigError) return error.faults;
    throw error;
  }
  throw new Error('The module took wrong options');
}
