/** Whether a class, and what its constructor makes, are filled by setting members and nothing else happens. */

/** False for classes with setters or getters, which take part when an instance is filled, and for those that extend one of JavaScript's own. */
export function isOrdinary(type: new () => object): boolean {
  if ((type.prototype as object).constructor !== type) return false;
  for (let one = type.prototype as object | null; one !== Object.prototype; one = Object.getPrototypeOf(one) as object | null) {
    if (one === null || isNative(one.constructor)) return false;
    if (Object.values(Object.getOwnPropertyDescriptors(one)).some((property) => !('value' in property))) return false;
  }
  return true;
}

/** False for an instance whose constructor froze it, gave it members that are hidden, fixed or have accessors, or made another object. */
export function isOpen(instance: object, type: new () => object): boolean {
  if (Object.getPrototypeOf(instance) !== type.prototype || !Object.isExtensible(instance)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(instance)).every(
    ({ writable, enumerable, configurable }) => writable === true && enumerable === true && configurable === true,
  );
}

function isNative(type: unknown): boolean {
  return typeof type !== 'function' || Function.prototype.toString.call(type).includes('[native code]');
}
