/** Copies what JSON can say as class-transformer does, and knows when class-transformer would do something else. */

/** In the place of a copy: only the library can say what this becomes. */
export const UNSURE = Symbol('unsure');

/** Deep. Members that class-transformer leaves out or takes for types make it unsure, as does whatever is no plain data. */
export function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'undefined' || typeof value === 'function' ? UNSURE : value;
  if (Array.isArray(value)) return copyOfArray(value);
  return isPlain(value) ? copyOfObject(value as Readonly<Record<string, unknown>>) : UNSURE;
}

/** True for an object that JSON made, or a literal. */
export function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function copyOfArray(values: readonly unknown[]): unknown {
  if (Object.getPrototypeOf(values) !== Array.prototype) return UNSURE;
  const copies: unknown[] = [];
  for (let index = 0; index < values.length; index++) {
    const copy = plainCopy(values[index]);
    if (copy === UNSURE) return UNSURE;
    copies.push(copy);
  }
  return copies;
}

function copyOfObject(value: Readonly<Record<string, unknown>>): unknown {
  const copies: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // What every object has: `constructor` and `toString` mean something to class-transformer, `then` would make a promise of it. Nest takes
    // `prototype` away.
    if (key in copies || key === 'then' || key === 'prototype') return UNSURE;
    const copy = plainCopy(value[key]);
    if (copy === UNSURE) return UNSURE;
    copies[key] = copy;
  }
  return copies;
}
