/** Checks the options of the modules that watch a node. */

export interface WatcherRule {
  readonly isRight: (value: unknown) => boolean;
  /** What is right, in words that follow the option's name. */
  readonly must: string;
}

export type WatcherRules<Options> = { readonly [Name in keyof Required<Options>]: WatcherRule };

export const PATH_OR_FALSE: WatcherRule = {
  isRight: (value) => value === false || (typeof value === 'string' && value !== ''),
  must: 'must be a path or false',
};

export const TRUE_OR_FALSE: WatcherRule = { isRight: (value) => typeof value === 'boolean', must: 'must be true or false' };

export const CLASS_DECORATORS: WatcherRule = {
  isRight: (value) => Array.isArray(value) && value.every((decorator) => typeof decorator === 'function'),
  must: 'must be an array of class decorators',
};

/**
 * @param module whose options they are, for the error
 * @returns what was given; what is undefined counts as left out
 * @throws {TypeError} that names all wrong options
 */
export function checkedOptions<Options extends object>(module: string, options: Options, rules: WatcherRules<Options>): Options {
  // Whoever writes no TypeScript may give anything.
  const some: unknown = options;
  if (typeof some !== 'object' || some === null) throw new TypeError(`${module}: the options must be an object`);
  const given = Object.entries(some).filter(([, value]) => value !== undefined);
  const faults = given.flatMap(([name, value]: [string, unknown]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof Options] : undefined;
    if (!rule) return [`${name} is not an option; known here: ${Object.keys(rules).join(', ')}`];
    return rule.isRight(value) ? [] : [`${name} ${rule.must}`];
  });
  if (faults.length > 0) throw new TypeError(`${module}: ${faults.join('; ')}`);
  return Object.fromEntries(given) as Options;
}
