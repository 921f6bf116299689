/** Tells what has to be waited for. */

/** The promise that a value is or stands for; undefined for any other value. Some database clients return objects that only have `then`. */
export function promiseOf(value: unknown): Promise<unknown> | undefined {
  if (value instanceof Promise) return value;
  const isThenable = typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  return isThenable ? Promise.resolve(value) : undefined;
}
