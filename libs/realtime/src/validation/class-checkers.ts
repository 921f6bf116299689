/** The compiled checkers of all classes; each is made when it is first needed, and anew when its class gets further decorators. */
import type { ParamsClass } from './class-checker.js';
import { ClassChecker } from './class-checker.js';

/** Null where only the library can judge. */
const checkers = new WeakMap<ParamsClass, { readonly checker: ClassChecker | null }>();

/** @returns undefined where only the library can judge */
export function checkerOf(type: ParamsClass): ClassChecker | undefined {
  const known = checkers.get(type);
  if (known && (known.checker === null || known.checker.isCurrent)) return known.checker ?? undefined;
  const checker = ClassChecker.compile(type, checkerOf) ?? null;
  checkers.set(type, { checker });
  return checker ?? undefined;
}

/**
 * The instance that class-transformer would make of a value and class-validator would find valid, with all members that the class does not
 * name left out. @returns undefined if that is not certain
 */
export function surelyValid(type: ParamsClass, value: object): object | undefined {
  try {
    return checkerOf(type)?.check(value);
  } catch {
    // Translated: what throws here, as a constructor, a rule or the container that rules come from, throws in the library as well, if the
    // value lets it come so far, and there in its own words.
    return undefined;
  }
}
