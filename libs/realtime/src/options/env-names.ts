/** The names of options in the environment, made from the table of rules: `limits.frameBytes` is `REALTIME_LIMITS_FRAME_BYTES`. */
import type { OptionRule, OptionRules } from '../rules/option-rules.js';

export const ENV_PREFIX = 'REALTIME_';

/** Options that hold classes, objects or functions of the app: no text can say them. */
export const CODE_ONLY: ReadonlySet<string> = new Set(['auth.authenticator', 'admission', 'connectGuards', 'cluster', 'observers']);

/** What these hold stands in no error. */
export const SECRETS: ReadonlySet<string> = new Set(['cluster.sign.keys']);

/** One option as it is named in the environment. */
export interface EnvOption {
  /** The members that lead to it, as `['limits', 'frameBytes']`. */
  readonly path: readonly string[];
  /** As `limits.frameBytes`. */
  readonly option: string;
  /** As `REALTIME_LIMITS_FRAME_BYTES`. */
  readonly variable: string;
  readonly rule: OptionRule;
}

/** All options of the table, in its order. */
export function envOptions(rules: OptionRules, parents: readonly string[] = []): EnvOption[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const path = [...parents, name];
    if (typeof rule !== 'function') return envOptions(rule, path);
    return [{ path, option: path.join('.'), variable: envName(path), rule }];
  });
}

/** `['limits', 'frameBytes']` is `REALTIME_LIMITS_FRAME_BYTES`. */
export function envName(path: readonly string[]): string {
  return ENV_PREFIX + path.map(upperSnake).join('_');
}

/** True for what Kubernetes tells every container of a Service named `realtime…`. @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
export function isServiceLink(variable: string, value: string): boolean {
  if (/_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$/.test(variable)) return true;
  if (/_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(variable)) return true;
  return variable.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value);
}

function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
