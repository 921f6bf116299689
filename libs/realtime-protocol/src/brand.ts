/**
 * Classes whose objects are known by a mark: two copies of this package in one process, as nested installs and bundles make them, have classes
 * of the same name that are not the same.
 */

/**
 * `instanceof` asks for the mark from now on, which objects of any copy and version carry; classes that extend it are asked for as before.
 * @param name the same in all copies
 */
export function brand(constructor: { readonly prototype: object }, name: string): void {
  const mark = Symbol.for(`nestjs-realtime:${name}`);
  Object.defineProperty(constructor.prototype, mark, { value: true });
  Object.defineProperty(constructor, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== constructor) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}
