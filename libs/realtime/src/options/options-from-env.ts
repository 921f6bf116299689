/** The options of the module from environment variables. */
import { CLUSTER_OPTIONS } from './cluster-from-env.js';
import { at, put, readVariables } from './env-drafts.js';
import { envName, envOptions } from './env-names.js';
import { authFromEnv, rateFromEnv, wellKnownFaults } from './env-well-known.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import type { RealtimeOptions } from './realtime.options.js';
import { RULES } from './realtime.options.js';

const OPTIONS = envOptions(RULES);

/**
 * Every option by its name in capitals, as `REALTIME_LIMITS_FRAME_BYTES=16384` for `limits.frameBytes`; beside them `WS_AUTH_ENABLED`,
 * `WS_BEARER_TOKENS` and `WS_RATE_LIMIT_*`. A variable that is not set, or empty, counts as not given. Lists are separated by commas,
 * objects are JSON, booleans are true, false, 1 or 0.
 * @throws {RealtimeConfigError} that names every variable which cannot be read, every `REALTIME_` variable that is no option, and every
 * `WS_` variable that looks like one of these and is none
 */
export function realtimeOptionsFromEnv(env: Readonly<Record<string, string | undefined>> = process.env): RealtimeOptions {
  const { options, faults, strangers } = readVariables(env, OPTIONS, new Set(CLUSTER_OPTIONS.map(({ variable }) => variable)));
  for (const { option, variable, value, faults: wrong } of [rateFromEnv(env), authFromEnv(env)]) {
    faults.push(...wrong);
    if (value === undefined) continue;
    const path = option.split('.');
    if (at(options, path) === undefined) put(options, path, value);
    else faults.push(`${variable} and ${envName(path)} both set ${option}; use one of them`);
  }
  faults.push(...wellKnownFaults(env));
  faults.push(...strangers);
  if (faults.length > 0) throw new RealtimeConfigError(faults);
  return options;
}
