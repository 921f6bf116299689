/** Tells what has to be waited for. */

/** The promise that a value is or stands for; undefined for any other value. Some database clients return objects that only have `then`. */
export function promiseOf(value: unknown): Promise<unknown> | undefined {
  if (value instanceof Promise) return value;
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  return 'then' in value && typeof value.then === 'function' ? Promise.resolve(value) : undefined;
}
