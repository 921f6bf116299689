/** Writes the table of all options as docs/operations.md shows it: units and defaults from docs/options.md, names from the library. */
import { RealtimeConfigError, realtimeOptionsFromEnv } from 'nestjs-realtime';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { readPage } from '../docs/pages.js';

/** What stands in the column of options that no text can say. */
const IN_CODE = 'in code';

/** All options, in the order of docs/options.md, which a test of its own holds against the source. */
export function optionTable(): string {
  const rows = tableRows(readPage('docs/options.md'), 'option', 'unit', 'default').map((row) => {
    const [option = ''] = inBackticks(row['option'] ?? '');
    return `| \`${option}\` | ${row['unit']} | ${row['default']} | ${environmentName(option)} |`.replaceAll('|  |', '| |');
  });
  return ['| option | unit | default | environment |', '|---|---|---|---|', ...rows].join('\n');
}

/** The variable of an option, or that it has none. @throws {Error} if the library does not read the variable */
function environmentName(option: string): string {
  const variable = `REALTIME_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_')}`.toUpperCase();
  const fault = faultsOf(variable).join();
  if (fault.includes('is given in code')) return IN_CODE;
  if (fault.includes('is not an option')) throw new Error(`docs/options.md has ${option}, but the library knows no ${variable}`);
  return `\`${variable}\``;
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
