/** What class-transformer knows of a class. Its store is private to it, so it is looked at with care: whatever is not as expected ends in `undefined`. */
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the module has no types of its own, and an import of these would stay in what runs
/// <reference path="./class-transformer-storage.d.ts" />
import { Type } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';

/** What a `@Type()` on a property says. */
export interface PropertyType {
  readonly typeOf: () => unknown;
  /** As the compiler wrote it down. */
  readonly reflectedType: unknown;
  /** False when another `@Type()` has taken its place. */
  isCurrent(): boolean;
}

interface TypeRecord {
  readonly typeFunction?: (...args: never[]) => unknown;
  readonly reflectedType?: unknown;
  readonly options?: object | undefined;
}

type ByClass = Map<unknown, Map<unknown, unknown>>;

interface Store {
  readonly _typeMetadatas: ByClass;
  readonly _transformMetadatas: ByClass;
  readonly _exposeMetadatas: ByClass;
  readonly _excludeMetadatas: ByClass;
  findTypeMetadata(target: unknown, property: string): TypeRecord | undefined;
}

const NAMES = ['_typeMetadatas', '_transformMetadatas', '_exposeMetadatas', '_excludeMetadatas'] as const;

/** The store that the decorators write to; undefined where a bundler has made two of it, or a version keeps it elsewhere. */
const store: Store | undefined = foundStore();

function foundStore(): Store | undefined {
  class Probe {
    value?: number;
  }
  Type(() => Number)(Probe.prototype, 'value');
  const candidate = defaultMetadataStorage as Partial<Store> | undefined;
  const isWhole = NAMES.every((name) => candidate?.[name] instanceof Map) && typeof candidate?.findTypeMetadata === 'function';
  return isWhole && candidate?._typeMetadatas?.has(Probe) ? (candidate as Store) : undefined;
}

/** Collections whose sizes change when something is added that could concern a class or its bases; undefined without the store. */
export function transformCollections(type: new () => object): readonly Map<unknown, unknown>[] | undefined {
  if (!store) return undefined;
  const all = NAMES.map((name) => store[name]);
  return [...all, ...all.flatMap((byClass) => lineOf(type).flatMap((one) => byClass.get(one) ?? []))];
}

/** True if nothing on the class or its bases renames, hides or rewrites a property. */
export function isCopiedAsItIs(type: new () => object): boolean {
  if (!store) return false;
  const { _transformMetadatas, _exposeMetadatas, _excludeMetadatas } = store;
  return lineOf(type).every((one) => ![_transformMetadatas, _exposeMetadatas, _excludeMetadatas].some((byClass) => byClass.has(one)));
}

/** The properties of a class and its bases that have a `@Type()`. */
export function typedProperties(type: new () => object): readonly unknown[] {
  return lineOf(type).flatMap((one) => [...(store?._typeMetadatas.get(one)?.keys() ?? [])]);
}

/** @returns null if there is no `@Type()`, undefined if there is one that depends on the value */
export function typeOfProperty(type: new () => object, property: string): PropertyType | null | undefined {
  const record = store?.findTypeMetadata(type, property);
  if (!record) return null;
  const { typeFunction, reflectedType, options } = record;
  const hasDiscriminator = options !== undefined && Object.hasOwn(options, 'discriminator');
  if (typeof typeFunction !== 'function' || !takesNothing(typeFunction) || hasDiscriminator) return undefined;
  const holder = lineOf(type)
    .map((one) => store?._typeMetadatas.get(one))
    .find((records) => records?.get(property) === record);
  return holder && { typeOf: typeFunction, reflectedType, isCurrent: () => holder.get(property) === record };
}

/** Its length does not tell: `(options = {}) => …` and `(...all) => …` have none, and class-transformer gives them the value. */
function takesNothing(typeFunction: (...args: never[]) => unknown): boolean {
  const source = Function.prototype.toString.call(typeFunction);
  return /^\(\s*\)\s*=>/.test(source) || (/^function\s*\w*\s*\(\s*\)/.test(source) && !/\b(?:arguments|this)\b/.test(source));
}

/** The class and what it extends. */
function lineOf(type: unknown): unknown[] {
  const line: unknown[] = [];
  for (let one = type; typeof one === 'function' && one !== Function.prototype; one = Object.getPrototypeOf(one)) line.push(one);
  return line;
}
