/** Options that are put together from variables, one after the other. */
import type { EnvOption } from './env-names.js';
import { CODE_ONLY, ENV_PREFIX, SECRETS, envName, isServiceLink } from './env-names.js';
import { readOption } from './env-parsers.js';
import { nearestNames } from '../rules/nearest-names.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Objects that are filled member by member; they become options when all are read. */
export interface Draft {
  [name: string]: unknown;
}

interface Draught {
  readonly options: Draft;
  /** Of variables that cannot be read, one sentence each. */
  readonly faults: string[];
  /** Sentences on variables that are no option. */
  readonly strangers: readonly string[];
}

/** @param others variables that somebody else reads @param prefix of the variables that have to be options */
export function readVariables(
  env: Environment,
  options: readonly EnvOption[],
  others: ReadonlySet<string>,
  prefix: string = ENV_PREFIX,
): Draught {
  const draft: Draft = {};
  const known = new Map(options.map((option) => [option.variable, option]));
  const faults: string[] = [];
  const strangers: string[] = [];
  for (const [variable, raw] of Object.entries(env)) {
    const text = raw?.trim() ?? '';
    if (!variable.startsWith(prefix) || text === '' || others.has(variable)) continue;
    // Also where the name is that of an option: a Service named "realtime" sets REALTIME_PORT to a URL.
    if (isServiceLink(variable, text)) continue;
    const option = known.get(variable);
    if (option) faults.push(...take(option, text, draft));
    else strangers.push(`${variable} is not an option${hint(variable, options)}`);
  }
  return { options: draft, faults, strangers };
}

export function at(options: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => (inner as Draft | undefined)?.[name], options);
}

/** The names come from the table of rules, never from outside. */
export function put(options: Draft, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) options[name] = value;
  else put((options[name] ??= {}) as Draft, rest, value);
}

function take({ option, variable, path, rule }: EnvOption, text: string, options: Draft): readonly string[] {
  if (CODE_ONLY.has(option)) return [`${variable} cannot be read: ${option} is given in code`];
  const reading = readOption(text, rule);
  if ('faults' in reading)
    return reading.faults.map((fault) => `${variable} ${SECRETS.has(option) ? fault.replace(/, got .*$/su, '') : fault}`);
  put(options, path, reading.value);
  return [];
}

const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

/** What may have been meant; how names are made where nothing is near. */
function hint(variable: string, options: readonly EnvOption[]): string {
  const readable = options.filter(({ option }) => !CODE_ONLY.has(option)).map((option) => option.variable);
  const near = nearestNames(
    variable.slice(ENV_PREFIX.length),
    readable.map((name) => name.slice(ENV_PREFIX.length)),
  );
  if (near.length > 0) return `; did you mean ${EITHER.format(near.map((name) => ENV_PREFIX + name))}?`;
  return `; limits.frameBytes is ${envName(['limits', 'frameBytes'])}, and so on`;
}
