/** Reads the texts of environment variables as values of options: what an option may be decides what its text means. */
import type { EntryFaults, OptionRule } from '../rules/option-rules.js';
import { faultSentences } from '../rules/option-rules.js';

/** A value, or what is wrong with its text. */
export type Reading = { readonly value: unknown } | { readonly faults: readonly string[] };

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * Numbers are decimal, booleans `true`, `false`, `1` or `0`, lists separated by commas, objects JSON. The first of these that the
 * rule takes is meant: no option needs a parser of its own.
 */
export function readOption(text: string, rule: OptionRule): Reading {
  const faults: (string | EntryFaults)[] = [];
  for (const value of meanings(text, rule)) {
    const fault = rule(value);
    if (fault === undefined) return { value };
    faults.push(fault);
  }
  if (looksLikeJson(text) && parseJson(text) === undefined) return { faults: [`is not valid JSON, got ${quote(text)}`] };
  const ofEntries = listOf(text).length > 1 ? faults.find((fault) => typeof fault !== 'string') : undefined;
  // The text itself is always among its meanings.
  return { faults: faultSentences(ofEntries ?? (faults[0] as string | EntryFaults), quote(text)) };
}

/** A length of time as `250ms`, `10s`, `1m`, `1h30m`, or a bare number of ms. @returns ms; undefined if it is none of these */
export function durationMs(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? NaN),
    0,
  );
}

/** @returns undefined for a text that is no boolean */
export function booleanOf(text: string): boolean | undefined {
  return BOOLEANS.get(text.toLowerCase());
}

/** Parts between commas, without the spaces around them and without empty ones. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** All that a text may mean, the narrowest first. */
function meanings(text: string, rule: OptionRule): unknown[] {
  const found: unknown[] = [];
  if (NUMBER.test(text)) found.push(Number(text));
  const boolean = booleanOf(text);
  if (boolean !== undefined) {
    found.push(boolean);
    // An option that can be switched off by false is not switched on by true: nobody means a name "true".
    if (!NUMBER.test(text) && rule(!boolean) === undefined) return found;
  }
  const json = looksLikeJson(text) ? parseJson(text) : undefined;
  if (json !== undefined) found.push(json);
  return [...found, text, listOf(text)];
}

function looksLikeJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Translated: the caller says which variable it is.
    return undefined;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
