/** Values that JSON writes without complaint and without what they hold: `{}` of a Map, the inside of a stream, nothing of a function. */

/** By what `Object.prototype.toString` calls them, which is the same for values of other realms. */
const EMPTIED: ReadonlySet<string> = new Set([
  'Array Iterator',
  'AsyncGenerator',
  'Error',
  'Generator',
  'Iterator Helper',
  'Map',
  'Map Iterator',
  'Promise',
  'RegExp',
  'Set',
  'Set Iterator',
  'String Iterator',
  'WeakMap',
  'WeakSet',
]);

/**
 * Those that JSON carries, also when they are empty; others without a single member are written as `{}` whatever they hold: URLSearchParams,
 * Headers, Blob, ArrayBuffer.
 */
const CARRIED: ReadonlySet<string> = new Set(['Arguments', 'Array', 'Boolean', 'Number', 'Object', 'String']);

/** What a value is that JSON would lose; undefined if it is carried. Looks at the value itself and not into it. */
export function jsonLoss(value: unknown): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Nearly all values: decided by one look.
  if (prototype === Object.prototype || prototype === Array.prototype) return undefined;
  const { toJSON, pipe } = value as { readonly toJSON?: unknown; readonly pipe?: unknown };
  if (typeof toJSON === 'function') return undefined;
  if (typeof pipe === 'function' || Symbol.asyncIterator in value) return 'a stream';
  if (value instanceof Error) return 'an Error';
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  const isEmptied = EMPTIED.has(kind) || (!CARRIED.has(kind) && Object.keys(value).length === 0 && !isList(value));
  return isEmptied ? `${/^[AEI]/.test(kind) ? 'an' : 'a'} ${kind}` : undefined;
}

/** A typed array, or a list of a class that calls itself otherwise. */
function isList(value: object): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
