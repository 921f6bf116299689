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
    const groups = [...new Set(names.flatMap((name) => groupsOf(name)))];
    const wrong: Options = { '?': 1 };
    for (const group of groups) put(wrong, [...group.split('.'), '?'], 1);
    const faults = await faultsOf(wrong);
    const known = faults.flatMap((fault) => {
      const [, prefix = '', list = ''] = /^(?:([\w.]+)\.)?\? is not an option; known here: (.+)$/.exec(fault) ?? [];
      return list.split(', ').map((name) => (prefix === '' ? name : `${prefix}.${name}`));
    });
    expect(known.filter((name) => !groups.includes(name)).sort()).toEqual([...names].sort());
  });

  it('says what each option must be', async () => {
    const wrong: Options = {};
    for (const name of names) put(wrong, name.split('.'), -1);
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

interface Options {
  [name: string]: unknown;
}

/** The options that a name stands within: `limits` and `limits.connections` for `limits.connections.total`. */
function groupsOf(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
}

function put(options: Options, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) options[name] = value;
  else put((options[name] ??= {}) as Options, rest, value);
}

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
