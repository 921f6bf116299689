/** Checks options: every wrong one is named, unknown ones too. */
import { MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import { messageOf } from './faults.js';

/** What is wrong with a value; undefined if it is good. */
export type OptionRule = (value: unknown) => string | undefined;

/** Rules by the name of the option; nested where options are nested. */
export interface OptionRules {
  readonly [name: string]: OptionRule | OptionRules;
}

export function within(min: number, max: number): OptionRule {
  return (value) => (typeof value === 'number' && value >= min && value <= max ? undefined : `must be a number within ${min}..${max}`);
}

export const ANY_MS = within(0, MAX_TIMER_MS);

export const AT_LEAST_ONE = within(1, Infinity);

export const aFunction: OptionRule = (value) => (typeof value === 'function' ? undefined : 'must be a function');

export const text: OptionRule = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a string and not empty');

export const texts: OptionRule = (value) =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? undefined : 'must be a list of strings';

export const textsOrFunction: OptionRule = (value) =>
  typeof value === 'function' || !texts(value) ? undefined : `${texts(value)}, or a function`;

export const aFlag: OptionRule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

/** Members that are undefined count as left out, so that they do not overwrite defaults. */
export function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Faults of the options, each with the full name of the option. An option that is undefined counts as left out. */
export function optionFaults(options: unknown, rules: OptionRules, path = ''): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [`${path || 'the options'} must be an object, got ${shown(options)}`];
  }
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    const fullName = path === '' ? name : `${path}.${name}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return [`${fullName} is not an option; known here: ${Object.keys(rules).join(', ')}`];
    if (value === undefined) return [];
    if (typeof rule !== 'function') return optionFaults(value, rule, fullName);
    const fault = rule(value);
    return fault === undefined ? [] : [`${fullName} ${fault}, got ${shown(value)}`];
  });
}

/** A value as it stands in a sentence. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : messageOf(value);
}
