/** One class of params, compiled: says of a value that it is surely valid and makes the instance, or says nothing. */
import { UNSURE, isPlain, plainCopy } from './plain-copy.js';
import type { PropertyRules, Rule } from './rule-metadata.js';
import { ruleCollections, rulesOf } from './rule-metadata.js';
import type { PropertyType } from './transform-metadata.js';
import { isCopiedAsItIs, transformCollections, typeOfProperty } from './transform-metadata.js';

export type ParamsClass = new () => object;

/** Finds the checker of a nested class; undefined if only the library can judge it. */
type FindChecker = (type: ParamsClass) => ClassChecker | undefined;

interface Property extends PropertyRules {
  /** There if the property is nested. */
  readonly type: PropertyType | null;
}

type Instance = Record<string, unknown>;

type Collection = ReadonlyMap<unknown, unknown> | readonly unknown[];

export class ClassChecker {
  private readonly byName: ReadonlyMap<string, Property>;

  private constructor(
    private readonly type: ParamsClass,
    private readonly properties: readonly Property[],
    /** Sizes that change when a decorator is added. */
    private readonly stamp: readonly (readonly [collection: Collection, size: number])[],
    private readonly find: FindChecker,
  ) {
    this.byName = new Map(properties.map((property) => [property.property, property]));
  }

  /** @returns undefined if there is anything about the class that only the library can judge */
  static compile(type: ParamsClass, find: FindChecker): ClassChecker | undefined {
    const [written, transformed] = [ruleCollections(type), transformCollections(type)];
    const rules = rulesOf(type);
    if (!written || !transformed || !rules || rules.length === 0) return undefined;
    if (!isCopiedAsItIs(type) || hasAccessors(type) || (type.prototype as object).constructor !== type) return undefined;
    const properties: Property[] = [];
    for (const one of rules) {
      const propertyType = typeOfProperty(type, one.property);
      // A `@Type()` without nested rules converts what comes, and nested rules without a `@Type()` see no class.
      if (propertyType === undefined || (propertyType !== null) !== one.isNested) return undefined;
      if (one.property in (type.prototype as object) || one.property === 'then') return undefined;
      properties.push({ ...one, type: propertyType });
    }
    const stamp = [...written, ...transformed].map((collection) => [collection, sizeOf(collection)] as const);
    return new ClassChecker(type, properties, stamp, find);
  }

  /** False when decorators were added since it was compiled. */
  get isCurrent(): boolean {
    for (const [collection, size] of this.stamp) if (sizeOf(collection) !== size) return false;
    return true;
  }

  /** @returns the instance, or undefined if the library has to look */
  check(value: object): object | undefined {
    if (!isPlain(value)) return undefined;
    const instance = this.instanceOf(value as Readonly<Instance>);
    return instance && this.keepsRules(instance) ? instance : undefined;
  }

  private instanceOf(value: Readonly<Instance>): Instance | undefined {
    const instance = new this.type() as Instance;
    for (const name of Object.keys(instance)) {
      const property = this.byName.get(name);
      if (!property) delete instance[name];
      // What the class itself puts there is not looked through here.
      else if (property.isNested && instance[name] !== undefined && !Object.hasOwn(value, name)) return undefined;
    }
    for (const name of Object.keys(value)) {
      const property = this.byName.get(name);
      if (!property) {
        // Left out; but these make class-transformer and Nest do something of their own.
        if (name === '__proto__' || name === 'constructor' || name === 'then') return undefined;
        continue;
      }
      if (typeof instance[name] === 'function') return undefined;
      const copy = property.type ? this.nestedCopy(value[name], property.type) : plainCopy(value[name]);
      if (copy === UNSURE) return undefined;
      instance[name] = copy;
    }
    return instance;
  }

  /** The instances of a nested class, one or a list of them, checked. */
  private nestedCopy(value: unknown, { typeOf, reflectedType }: PropertyType): unknown {
    if (value === null) return null;
    if (typeof value !== 'object') return UNSURE;
    const type = typeOf();
    const checker = typeof type === 'function' ? this.find(type as ParamsClass) : undefined;
    if (!checker) return UNSURE;
    if (!Array.isArray(value)) return reflectedType === Map ? UNSURE : (checker.check(value) ?? UNSURE);
    if (Object.getPrototypeOf(value) !== Array.prototype || (reflectedType !== undefined && reflectedType !== Array)) return UNSURE;
    const copies: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const copy = typeof item === 'object' && item !== null && !Array.isArray(item) ? checker.check(item) : undefined;
      if (!copy) return UNSURE;
      copies.push(copy);
    }
    return copies;
  }

  private keepsRules(instance: Instance): boolean {
    for (const { property, isOptional, isNested, rules } of this.properties) {
      const value = instance[property];
      if (isOptional && (value === undefined || value === null)) continue;
      if (isNested && value === null) return false;
      for (const rule of rules) if (!this.keeps(rule, property, value, instance)) return false;
    }
    return true;
  }

  private keeps({ constraint, constraints, each }: Rule, property: string, value: unknown, object: object): boolean {
    const args = { targetName: this.type.name, property, object, value, constraints };
    if (!each) return constraint.validate(value, args) === true;
    if (!Array.isArray(value)) return !(value instanceof Set || value instanceof Map) && constraint.validate(value, args) === true;
    for (const item of value) if (constraint.validate(item, args) !== true) return false;
    return true;
  }
}

function sizeOf(collection: Collection): number {
  return 'size' in collection ? collection.size : collection.length;
}

/** Setters and getters of the class take part when it is filled. */
function hasAccessors(type: ParamsClass): boolean {
  for (let one = type.prototype as object; one !== Object.prototype; one = Object.getPrototypeOf(one) as object) {
    if (Object.values(Object.getOwnPropertyDescriptors(one)).some((property) => !('value' in property))) return true;
  }
  return false;
}
