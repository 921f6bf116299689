/** The keys that the messages of a cluster are signed with. */
import type { OptionRule } from '../rules/option-rules.js';

export interface SignSettings {
  /** Secrets of at least 32 characters by their names. All of them are read; names are letters, digits and `_ . -`. */
  readonly keys: Readonly<Record<string, string>>;
  /** The name of the key that this node signs with. */
  readonly active: string;
}

/** As many as SHA-256 has bytes: what is shorter can be guessed sooner than the hash. */
const MIN_SECRET = 32;
const KEY_NAME = /^[\w.-]{1,32}$/u;

/** Never says what the value is: it holds secrets. */
export const keysFault: OptionRule = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['must be an object of secrets by their names'];
  const entries = Object.entries(value);
  if (entries.length === 0) return ['must have at least one secret'];
  const faults = entries.flatMap(([name, secret]: [string, unknown]) => {
    if (!KEY_NAME.test(name)) return ['must have names of at most 32 letters, digits and _ . -'];
    if (typeof secret === 'string' && secret.length >= MIN_SECRET) return [];
    return [`must have a secret of at least ${MIN_SECRET} characters under ${JSON.stringify(name)}`];
  });
  return faults.length === 0 ? undefined : faults;
};

export const activeFault: OptionRule = (value) =>
  typeof value === 'string' && KEY_NAME.test(value) ? undefined : ['must be the name of a key'];

export const signFault: OptionRule = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['must be an object with keys and active'];
  const { keys, active, ...others } = value as Record<string, unknown>;
  const faults = [
    ...Object.keys(others).map((name) => `has no option ${JSON.stringify(name)}; known here: keys, active`),
    ...namedFaults('keys', keysFault(keys)),
    ...namedFaults('active', activeFault(active)),
  ];
  if (faults.length === 0 && !Object.hasOwn(keys as object, active as string))
    faults.push(`has no key that is called as active says, ${JSON.stringify(active)}`);
  return faults.length === 0 ? undefined : faults;
};

function namedFaults(name: string, faults: ReturnType<OptionRule>): string[] {
  return faults === undefined ? [] : [faults].flat().map((fault) => `has wrong ${name}: ${fault}`);
}
