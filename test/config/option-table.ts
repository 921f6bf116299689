/** Writes the table of all options as docs/operations.md shows it: units and defaults from docs/options.md, names from the library. */
import { RealtimeConfigError, realtimeOptionsFromEnv } from 'nestjs-realtime';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { readPage } from '../docs/pages.js';

/** What stands in the column of options that no text can say. */
export const IN_CODE = 'in code';

/** All options, in the order of docs/options.md, which a test of its own holds against the source. */
export function optionTable(): string {
  const rows = tableRows(readPage('docs/options.md'), 'option', 'unit', 'default').map((row) => {
    const [option = ''] = inBackticks(row['option'] ?? '');
    return `| \`${option}\` | ${row['unit']} | ${row['default']} | ${environmentName(option)} |`.replaceAll('|  |', '| |');
  });
  return ['| option | unit | default | environment |', '|---|---|---|---|', ...rows].join('\n');
}

/** The variables that the library reads. */
export function knownVariables(): readonly string[] {
  const [fault = ''] = faultsOf('REALTIME_NO_SUCH_OPTION');
  return /known are (.*)$/.exec(fault)?.[1]?.split(', ') ?? [];
}

/** @throws {Error} if the library does not know the option at all */
function environmentName(option: string): string {
  const variable = `REALTIME_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_')}`.toUpperCase();
  if (knownVariables().includes(variable)) return `\`${variable}\``;
  const [fault = ''] = faultsOf(variable);
  if (fault.includes('is given in code')) return IN_CODE;
  throw new Error(`docs/options.md has ${option}, but the library knows no ${variable}`);
}

function faultsOf(variable: string): readonly string[] {
  try {
    realtimeOptionsFromEnv({ [variable]: '?' });
  } catch (error) {
    if (error instanceof RealtimeConfigError) return error.faults;
    throw error;
  }
  return [];
}
