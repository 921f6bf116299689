/** The options of the module from environment variables. */
import type { EnvOption } from './env-names.js';
import { CODE_ONLY, ENV_PREFIX, envName, envOptions, isServiceLink } from './env-names.js';
import { readOption } from './env-parsers.js';
import { authFromEnv, rateFromEnv, wellKnownFaults } from './env-well-known.js';
import { nearestNames } from '../rules/nearest-names.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import type { RealtimeOptions } from './realtime.options.js';
import { RULES } from './realtime.options.js';

/** Objects that are filled member by member; they become options when all are read. */
interface Draft {
  [name: string]: unknown;
}

/**
 * Every option by its name in capitals, as `REALTIME_LIMITS_FRAME_BYTES=16384` for `limits.frameBytes`; beside them `WS_AUTH_ENABLED`,
 * `WS_BEARER_TOKENS` and `WS_RATE_LIMIT_*`. A variable that is not set, or empty, counts as not given. Lists are separated by commas,
 * objects are JSON, booleans are true, false, 1 or 0.
 * @throws {RealtimeConfigError} that names every variable which cannot be read, every `REALTIME_` variable that is no option, and every
 * `WS_` variable that looks like one of these and is none
 */
export function realtimeOptionsFromEnv(env: Readonly<Record<string, string | undefined>> = process.env): RealtimeOptions {
  const options: Draft = {};
  const known = new Map(envOptions(RULES).map((option) => [option.variable, option]));
  const faults: string[] = [];
  const strangers: string[] = [];
  for (const [variable, raw] of Object.entries(env)) {
    const text = raw?.trim() ?? '';
    if (!variable.startsWith(ENV_PREFIX) || text === '') continue;
    // Also where the name is that of an option: a Service named "realtime" sets REALTIME_PORT to a URL.
    if (isServiceLink(variable, text)) continue;
    const option = known.get(variable);
    if (option) faults.push(...take(option, text, options));
    else strangers.push(variable);
  }
  for (const { option, variable, value, faults: wrong } of [rateFromEnv(env), authFromEnv(env)]) {
    faults.push(...wrong);
    if (value === undefined) continue;
    const path = option.split('.');
    if (at(options, path) === undefined) put(options, path, value);
    else faults.push(`${variable} and ${envName(path)} both set ${option}; use one of them`);
  }
  faults.push(...wellKnownFaults(env));
  faults.push(...strangers.map((variable) => `${variable} is not an option${hint(variable, known)}`));
  if (faults.length > 0) throw new RealtimeConfigError(faults);
  return options;
}

function take({ option, variable, path, rule }: EnvOption, text: string, options: Draft): readonly string[] {
  if (CODE_ONLY.has(option)) return [`${variable} cannot be read: ${option} is given in code`];
  const reading = readOption(text, rule);
  if ('faults' in reading) return reading.faults.map((fault) => `${variable} ${fault}`);
  put(options, path, reading.value);
  return [];
}

function at(options: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => (inner as Draft | undefined)?.[name], options);
}

/** The names come from the table of rules, never from outside. */
function put(options: Draft, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) options[name] = value;
  else put((options[name] ??= {}) as Draft, rest, value);
}

const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

/** What may have been meant; how names are made where nothing is near. */
function hint(variable: string, known: ReadonlyMap<string, EnvOption>): string {
  const readable = [...known].filter(([, { option }]) => !CODE_ONLY.has(option)).map(([name]) => name);
  const near = nearestNames(
    variable.slice(ENV_PREFIX.length),
    readable.map((name) => name.slice(ENV_PREFIX.length)),
  );
  if (near.length > 0) return `; did you mean ${EITHER.format(near.map((name) => ENV_PREFIX + name))}?`;
  return `; limits.frameBytes is ${envName(['limits', 'frameBytes'])}, and so on`;
}
