/** Checks options at boot: every wrong one is named, unknown ones too. */

/** What is wrong with a value, or with the entries of a list that are wrong; undefined if it is good. */
export type OptionRule = (value: unknown) => string | EntryFaults | undefined;

/** One sentence for each wrong entry, which says its place and the entry. */
export type EntryFaults = readonly string[];

/** Rules by the name of the option; nested where options are nested. */
export interface OptionRules {
  readonly [name: string]: OptionRule | OptionRules;
}

/** One error for all wrong options. */
export class RealtimeConfigError extends Error {
  override readonly name = 'RealtimeConfigError';
  readonly code = 'REALTIME_CONFIG';
  /** What is wrong, one sentence each. */
  declare readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`RealtimeModule is not configured properly:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    // Not enumerable: whoever prints the error has them in its message already.
    Object.defineProperty(this, 'faults', { value: faults });
  }
}

/** A whole number within bounds. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): OptionRule {
  const range = max === Number.MAX_SAFE_INTEGER ? `>= ${min}` : `within ${min}..${max}`;
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : `must be an integer ${range}`;
}

export const boolean: OptionRule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

export function oneOf(choices: readonly string[]): OptionRule {
  return (value) => (choices.includes(value as string) ? undefined : `must be one of ${choices.join(', ')}`);
}

export const text: OptionRule = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a string and not empty');

/** A list of at least `min` entries. Of a wrong list the entries that are wrong are named, not those that are good. */
export function list(entryFault: (entry: unknown) => string | undefined, rule: string, min: number = 0): OptionRule {
  return (value) => {
    if (!Array.isArray(value) || value.length < min) return rule;
    const faults = value.flatMap((entry: unknown, index) => {
      const fault = entryFault(entry);
      return fault === undefined ? [] : [`entry ${index + 1} ${fault}, got ${show(entry)}`];
    });
    return faults.length === 0 ? undefined : faults;
  };
}

/** Faults of the options, each with the full name of the option. An option that is undefined counts as left out. */
export function optionFaults(options: unknown, rules: OptionRules, path = ''): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return [`${path || 'options'} must be an object, got ${show(options)}`];
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    const fullName = path === '' ? name : `${path}.${name}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return [`${fullName} is not an option; known here: ${Object.keys(rules).join(', ')}`];
    if (value === undefined) return [];
    if (typeof rule !== 'function') return optionFaults(value, rule, fullName);
    const fault = rule(value);
    return fault === undefined ? [] : faultSentences(fault, show(value)).map((sentence) => `${fullName} ${sentence}`);
  });
}

/** @param got the whole value as text */
export function faultSentences(fault: string | EntryFaults, got: string): readonly string[] {
  return typeof fault === 'string' ? [`${fault}, got ${got}`] : fault;
}

function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // Translated: a value that JSON cannot show is named by its type.
    return typeof value;
  }
}
