/** How params whose type is a class with rules are validated. */

export interface ValidationOptions {
  /**
   * Judge valid params by a checker that is made once for each class; whatever it is not certain of, and everything that is wrong, goes the
   * way of class-transformer and class-validator. False lets them judge everything.
   * @default true
   */
  readonly compiled?: boolean;
  /**
   * Warn at boot of params whose type the compiler did not write down, so that no class can be validated there. Only where the app has classes
   * with rules.
   * @default true
   */
  readonly warnUntyped?: boolean;
}

export type ResolvedValidation = false | Readonly<Required<ValidationOptions>>;

export const VALIDATION_DEFAULTS = Object.freeze({ compiled: true, warnUntyped: true }) satisfies Required<ValidationOptions>;

/** What is wrong with the option `validation`. */
export function validationFault(value: unknown): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be true, false or an object';
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(VALIDATION_DEFAULTS, name)) {
      return `must be in order: ${name} is not an option; known here: ${Object.keys(VALIDATION_DEFAULTS).join(', ')}`;
    }
    if (given !== undefined && typeof given !== 'boolean') return `must be in order: ${name} must be true or false`;
  }
  return undefined;
}

export function completeValidation(given: boolean | ValidationOptions): ResolvedValidation {
  if (given === false) return false;
  if (given === true) return VALIDATION_DEFAULTS;
  const { compiled = VALIDATION_DEFAULTS.compiled, warnUntyped = VALIDATION_DEFAULTS.warnUntyped } = given;
  return { compiled, warnUntyped };
}
