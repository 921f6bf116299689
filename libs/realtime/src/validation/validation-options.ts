/** How params whose type is a class with rules are validated. */

export interface ValidationOptions {
  /**
   * Judge valid params by a checker that is made once for each class; whatever it is not certain of, and everything that is wrong, goes the
   * way of class-transformer and class-validator. False lets them judge everything.
   * @default true
   */
  readonly compiled?: boolean;
}

export type ResolvedValidation = false | Readonly<Required<ValidationOptions>>;

export const VALIDATION_DEFAULTS = Object.freeze({ compiled: true }) satisfies Required<ValidationOptions>;

/** What is wrong with the option `validation`. */
export function validationFault(value: unknown): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be true, false or an object';
  const strangers = Object.keys(value).filter((name) => name !== 'compiled');
  if (strangers.length > 0) return `must be in order: ${strangers[0]} is not an option; known here: compiled`;
  const { compiled } = value as { readonly compiled?: unknown };
  return compiled === undefined || typeof compiled === 'boolean' ? undefined : 'must be in order: compiled must be true or false';
}

export function completeValidation(given: boolean | ValidationOptions): ResolvedValidation {
  if (given === false) return false;
  return given === true ? VALIDATION_DEFAULTS : { compiled: given.compiled ?? VALIDATION_DEFAULTS.compiled };
}
