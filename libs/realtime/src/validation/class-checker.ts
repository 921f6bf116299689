/** One class of params, compiled: says of a value that it is surely valid and makes the instance, or says nothing. */
import { isOpen, isOrdinary } from './class-shape.js';
import { UNSURE, isPlain, plainCopy } from './plain-copy.js';
import type { PropertyRules, Rule } from './rule-metadata.js';
import { ruleCollections, rulesOf } from './rule-metadata.js';
import type { PropertyType } from './transform-metadata.js';
import { isCopiedAsItIs, transformCollections, typeOfProperty, typedProperties } from './transform-metadata.js';

export type ParamsClass = new () => object;

/** Finds the checker of a nested class; undefined if only the library can judge it. */
type FindChecker = (type: ParamsClass) => ClassChecker | undefined;

interface Property extends PropertyRules {
  /** There if the property is nested. */
  readonly type: PropertyType | null;
}

type Instance = Record<string, unknown>;

/** What decorators are written into, and how much was in it. */
interface Stamp {
  readonly maps: readonly (readonly [map: ReadonlyMap<unknown, unknown>, size: number])[];
  readonly lists: readonly (readonly [list: readonly unknown[], length: number])[];
  readonly types: readonly PropertyType[];
}

/** Names by which class-transformer and Nest do something of their own, whatever the class says. */
const OWN_WAYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'then']);

export class ClassChecker {
  private readonly byName: ReadonlyMap<string, Property>;
  private readonly targetName: string;
  /** Whether instances are filled by setting members; undefined until there was one, since no constructor is run for nothing. */
  private isOpen: boolean | undefined;

  private constructor(
    private readonly type: ParamsClass,
    private readonly properties: readonly Property[],
    private readonly stamp: Stamp,
    private readonly find: FindChecker,
  ) {
    this.byName = new Map(properties.map((property) => [property.property, property]));
    this.targetName = type.name;
  }

  /** @returns undefined if there is anything about the class that only the library can judge */
  static compile(type: ParamsClass, find: FindChecker): ClassChecker | undefined {
    const [written, transformed] = [ruleCollections(type), transformCollections(type)];
    const rules = rulesOf(type);
    if (!written || !transformed || !rules || rules.length === 0) return undefined;
    if (!isCopiedAsItIs(type) || !isOrdinary(type)) return undefined;
    const properties: Property[] = [];
    for (const one of rules) {
      const propertyType = typeOfProperty(type, one.property);
      // A `@Type()` without nested rules converts what comes, and nested rules without a `@Type()` see no class.
      if (propertyType === undefined || (propertyType !== null) !== one.isNested) return undefined;
      if (one.property in (type.prototype as object) || OWN_WAYS.has(one.property)) return undefined;
      properties.push({ ...one, type: propertyType });
    }
    // A `@Type()` where there is no rule is run before its property is taken away, and may fail.
    if (typedProperties(type).some((name) => !properties.some(({ property }) => property === name))) return undefined;
    const types = properties.flatMap((property) => property.type ?? []);
    const maps = [written.byClass, ...transformed].map((map) => [map, map.size] as const);
    const lists = written.lists.map((list) => [list, list.length] as const);
    return new ClassChecker(type, properties, { maps, lists, types }, find);
  }

  /** False when decorators were added since it was compiled. */
  get isCurrent(): boolean {
    const { maps, lists, types } = this.stamp;
    for (const [map, size] of maps) if (map.size !== size) return false;
    for (const [list, length] of lists) if (list.length !== length) return false;
    for (const type of types) if (!type.isCurrent()) return false;
    return true;
  }

  /** @returns the instance, or undefined if the library has to look */
  check(value: object): object | undefined {
    if (!isPlain(value)) return undefined;
    const instance = this.instanceOf(value as Readonly<Instance>);
    return instance && this.keepsRules(instance) ? instance : undefined;
  }

  private instanceOf(value: Readonly<Instance>): Instance | undefined {
    if (this.isOpen === false) return undefined;
    const instance = new this.type() as Instance;
    this.isOpen ??= isOpen(instance, this.type);
    if (!this.isOpen) return undefined;
    const { properties, byName } = this;
    // Members usually come in the order of the class: then no name is looked up.
    let next = 0;
    for (const name of Object.keys(instance)) {
      const property = properties[next]?.property === name ? properties[next++] : byName.get(name);
      if (!property) delete instance[name];
      // What the class itself puts there is not looked through here.
      else if (property.isNested && instance[name] !== undefined && !Object.hasOwn(value, name)) return undefined;
    }
    next = 0;
    for (const name of Object.keys(value)) {
      const property = properties[next]?.property === name ? properties[next++] : byName.get(name);
      const member = value[name];
      if (!property) {
        if (!isLeftOut(name, member)) return undefined;
        continue;
      }
      if (typeof instance[name] === 'function') return undefined;
      const copy = property.type ? this.nestedCopy(member, property.type) : plainCopy(member);
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

  private keeps({ validate, constraints, each }: Rule, property: string, value: unknown, object: object): boolean {
    const args = { targetName: this.targetName, property, object, value, constraints };
    if (!each) return validate(value, args) === true;
    if (!Array.isArray(value)) return !(value instanceof Set || value instanceof Map) && validate(value, args) === true;
    for (const item of value) if (validate(item, args) !== true) return false;
    return true;
  }
}

/** A member that the class does not name. The libraries take it away after they have looked through it, and may fail at it. */
function isLeftOut(name: string, member: unknown): boolean {
  return !OWN_WAYS.has(name) && (typeof member !== 'object' || plainCopy(member) !== UNSURE);
}
