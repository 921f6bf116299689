/** Variables with short names for what deployments set most: `WS_RATE_LIMIT_*`, `WS_AUTH_ENABLED` and `WS_BEARER_TOKENS`. */
import { StaticTokenAuthenticator } from '../auth/static-token.authenticator.js';
import { bearerTokens } from './env-bearer-tokens.js';
import { isServiceLink } from './env-names.js';
import { booleanOf, durationMs } from './env-parsers.js';
import { bucketFault } from '../limits/rate-options.js';
import type { BucketOptions } from '../limits/token-bucket.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What one group of variables gives. */
export interface WellKnown {
  /** The full name of the option that it sets. */
  readonly option: string;
  /** The variable that switches the group on. */
  readonly variable: string;
  /** Undefined while the group is off, or wrong. */
  readonly value: unknown;
  readonly faults: readonly string[];
}

/** Calls of one session: `RATE` in each `INTERVAL`, `BURST` at once. They are read, and must be right, also while they are off. */
export function rateFromEnv(env: Environment): WellKnown {
  const faults: string[] = [];
  const group = { option: 'rate.session', variable: 'WS_RATE_LIMIT_ENABLED', faults };
  const enabled = read(env, 'WS_RATE_LIMIT_ENABLED', 'false', booleanOf, 'must be true or false', faults);
  const rate = read(env, 'WS_RATE_LIMIT_RATE', '100', positive, 'must be a number greater than 0', faults);
  const intervalMs = read(
    env,
    'WS_RATE_LIMIT_INTERVAL',
    '1m',
    positiveDuration,
    'must be a time as 500ms, 10s, 1m or a number of ms',
    faults,
  );
  const burst = read(env, 'WS_RATE_LIMIT_BURST', '10', positive, 'must be a number greater than 0', faults);
  if (enabled !== true || rate === undefined || intervalMs === undefined || burst === undefined) return { ...group, value: undefined };
  const session: BucketOptions = { capacity: burst, refillPerSec: (rate * 1000) / intervalMs };
  const fault = bucketFault(session);
  if (fault !== undefined) {
    const got = `${session.capacity} (WS_RATE_LIMIT_BURST) and ${session.refillPerSec} (WS_RATE_LIMIT_RATE in each WS_RATE_LIMIT_INTERVAL)`;
    faults.push(`WS_RATE_LIMIT_*: the bucket ${fault}, got ${got}`);
    return { ...group, value: undefined };
  }
  return { ...group, value: session };
}

/** Those who hold one of the tokens are signed in. The tokens are read, and must be right, also while they are off. */
export function authFromEnv(env: Environment): WellKnown {
  const faults: string[] = [];
  const group = { option: 'auth.authenticator', variable: 'WS_AUTH_ENABLED', faults };
  const enabled = read(env, 'WS_AUTH_ENABLED', 'false', booleanOf, 'must be true or false', faults);
  const { principals, faults: wrong } = bearerTokens(env.WS_BEARER_TOKENS ?? '');
  faults.push(...wrong.map((fault) => `WS_BEARER_TOKENS, ${fault}`));
  if (enabled === true && principals.size === 0 && wrong.length === 0) faults.push('WS_AUTH_ENABLED needs WS_BEARER_TOKENS');
  const isOn = enabled === true && faults.length === 0;
  return { ...group, value: isOn ? new StaticTokenAuthenticator(Object.fromEntries(principals)) : undefined };
}

const KNOWN: ReadonlySet<string> = new Set([
  'WS_RATE_LIMIT_ENABLED',
  'WS_RATE_LIMIT_RATE',
  'WS_RATE_LIMIT_INTERVAL',
  'WS_RATE_LIMIT_BURST',
  'WS_AUTH_ENABLED',
  'WS_BEARER_TOKENS',
]);

/** What looks like one of these variables and is none: what it was to protect would not be protected. */
export function wellKnownFaults(env: Environment): string[] {
  const strangers = Object.entries(env).flatMap(([variable, text = '']) => {
    if (!/^WS_(?:RATE_LIMIT|AUTH|BEARER)_/.test(variable) || KNOWN.has(variable)) return [];
    return text.trim() === '' || isServiceLink(variable, text.trim()) ? [] : [variable];
  });
  const faults = strangers.map((variable) => `${variable} is not read; known here: ${[...KNOWN].join(', ')}`);
  const adapter = env.WS_PUBSUB_ADAPTER?.trim() || 'local';
  if (adapter !== 'local')
    faults.push(
      `WS_PUBSUB_ADAPTER must be local, got ${JSON.stringify(adapter)}: the option cluster takes an engine, which no text can say`,
    );
  return faults;
}

/** The value of a variable; undefined, and a fault, if it cannot be read. */
function read<T>(
  env: Environment,
  variable: string,
  fallback: string,
  parse: (text: string) => T | undefined,
  rule: string,
  faults: string[],
): T | undefined {
  const text = env[variable]?.trim() || fallback;
  const value = parse(text);
  if (value === undefined) faults.push(`${variable} ${rule}, got ${JSON.stringify(text)}`);
  return value;
}

function positive(text: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function positiveDuration(text: string): number | undefined {
  const ms = durationMs(text);
  return ms !== undefined && ms > 0 ? ms : undefined;
}
