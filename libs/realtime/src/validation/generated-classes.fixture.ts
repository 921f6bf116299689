/** Classes with rules at random, values for them, and what the two ways of validation make of these; not part of the package. */
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import * as cv from 'class-validator';
import fc from 'fast-check';
import { DtoValidationPipe } from './dto-validation.pipe.js';
import type { ParamsClass } from './class-checker.js';

export class Line {
  @cv.IsString()
  @cv.MaxLength(5)
  text!: string;

  @cv.IsOptional()
  @cv.IsInt()
  @cv.Min(0)
  count?: number;
}

/** A class that holds itself, and has a default. */
export class Tree {
  @cv.IsString()
  name = 'leaf';

  @cv.IsOptional()
  @cv.ValidateNested({ each: true })
  @Type(() => Tree)
  children?: Tree[];

  unnamed = 1;
}

const choices = { red: 'r', blue: 'b' };
const nothing = (): PropertyDecorator => () => undefined;

/** Decorators that can be compiled. */
const KNOWN: readonly (() => PropertyDecorator)[] = [
  () => cv.IsString(),
  () => cv.IsInt(),
  () => cv.IsNumber({ allowNaN: true, maxDecimalPlaces: 2 }),
  () => cv.IsBoolean(),
  () => cv.IsOptional(),
  () => cv.IsDefined(),
  () => cv.IsNotEmpty(),
  () => cv.Allow(),
  () => cv.IsArray(),
  () => cv.IsObject(),
  () => cv.ArrayMaxSize(3),
  () => cv.ArrayUnique(),
  () => cv.Min(1, { each: true }),
  () => cv.IsString({ each: true }),
  () => cv.Length(1, 3),
  () => cv.Matches(/^[a-z]+$/),
  () => cv.IsEnum(choices),
  () => cv.IsIn([1, 'a', null]),
  () => cv.IsEmail(),
  () => cv.IsUUID('4'),
  () => cv.IsDateString(),
  () => cv.Equals(7),
  () => cv.IsNotEmptyObject(),
];

/** Decorators that only the libraries can judge. */
const UNKNOWN: readonly (() => PropertyDecorator)[] = [
  () => cv.ValidateIf((object: Record<string, unknown>) => object['a'] !== 1),
  () => cv.IsString({ groups: ['g'] }),
  () => cv.IsInt({ always: true }),
  () => cv.ValidateBy({ name: 'short', validator: { validate: (value) => String(value).length < 4 } }),
  () => cv.ValidateBy({ name: 'later', validator: { validate: async (value) => value !== 'no' } }),
  () => Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown))),
  () => Expose({ name: 'renamed' }),
  () => Exclude(),
  () => Type(() => Number),
  () => Type(() => Date),
];

const NESTED: readonly (() => PropertyDecorator)[] = [
  () =>
    decorators(
      cv.ValidateNested(),
      Type(() => Line),
    ),
  () =>
    decorators(
      cv.ValidateNested({ each: true }),
      Type(() => Line),
    ),
  () =>
    decorators(
      cv.ValidateNested({ each: true }),
      cv.IsArray(),
      Type(() => Tree),
    ),
  () => cv.ValidateNested(),
];

function decorators(...all: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const one of all) one(target, property);
  };
}

/** What is written into the body of a class beside its decorators. */
const BODIES: readonly (() => ParamsClass)[] = [
  () => class {},
  () => class {},
  () => class {},
  () =>
    class {
      a: unknown = 'default';
      extra: unknown = 1;
    },
  () =>
    class {
      a: unknown = undefined;
      b: unknown = undefined;
    },
  () =>
    class {
      get b(): unknown {
        return 1;
      }
    },
  () =>
    class {
      set other(value: unknown) {
        Object.assign(this, { a: value });
      }
    },
  () =>
    class {
      a(): void {}
    },
  () => class extends Line {},
];

const NAMES = ['a', 'b', 'c', 'text'] as const;

/** Only what can be compiled, or anything. */
export function someClass(kind: 'known' | 'any'): fc.Arbitrary<ParamsClass> {
  const pool = kind === 'known' ? [...KNOWN, ...NESTED.slice(0, 3)] : [...KNOWN, ...UNKNOWN, ...NESTED, nothing];
  const bodies = kind === 'known' ? BODIES.slice(0, 4) : BODIES;
  const written = fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: kind === 'known' ? 2 : 3 });
  return fc
    .tuple(fc.constantFrom(...bodies), fc.dictionary(fc.constantFrom(...NAMES), written, { minKeys: 1, maxKeys: kind === 'known' ? 2 : 4 }))
    .map(([body, all]) => {
      const type = body();
      for (const [name, list] of Object.entries(all)) for (const decorator of list) decorator()(type.prototype as object, name);
      return type;
    });
}

const likely = fc.constantFrom<unknown>(1, 7, 0, 2.5, 'abc', 'a', '', 'r', 'x@y.example', '2026-11-26', true, null, 'no', ' a ');
const line = fc.record({ text: fc.constantFrom('a', 'abcdef'), count: fc.constantFrom<unknown>(1, -1, 'x') }, { requiredKeys: ['text'] });
const tree = fc.constantFrom<unknown>({}, { name: 'n', children: [{ name: 'm' }, {}] }, { children: [{ children: [{ name: 1 }] }] });
/** What means something of its own to Nest or to class-transformer, at any depth. */
const named = fc.constantFrom<unknown>({ prototype: { a: 1 } }, [{ constructor: 1 }], { a: { then: 1 } }, { text: 'a', prototype: 1 });
const jsonMember = fc.oneof(
  named,
  likely,
  likely,
  likely,
  likely,
  line,
  tree,
  fc.array(fc.oneof(likely, line, tree), { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const names = fc.constantFrom(
  ...NAMES,
  'extra',
  'renamed',
  'other',
  'count',
  'toString',
  'then',
  'constructor',
  'prototype',
  'hasOwnProperty',
);

/** A value of params, made anew for each way. */
export type Make = () => unknown;

const asMade = (value: unknown): Make => {
  const text = JSON.stringify(value);
  return () => JSON.parse(text) as unknown;
};

export const jsonParams: fc.Arbitrary<Make> = fc.dictionary(names, jsonMember, { maxKeys: 6 }).map(asMade);

/** Every member that a class may name is there. */
export const wholeParams: fc.Arbitrary<Make> = fc
  .record({ a: jsonMember, b: jsonMember, c: jsonMember, text: jsonMember, extra: jsonMember })
  .map(asMade);

/** What no JSON can say, but a pipe of the application's can hand on. */
export const hostileParams: fc.Arbitrary<Make> = fc.tuple(names, fc.nat(19)).map(
  ([name, which]) =>
    () =>
      hostile(name, which),
);

function hostile(name: string, which: number): unknown {
  const values: readonly unknown[] = [
    -0,
    NaN,
    Infinity,
    undefined,
    10n,
    Symbol.for('s'),
    new Date(0),
    new Map([['a', 1]]),
    new Set(['a']),
    Object.create(null),
    Object.assign([], { 2: 'gap' }),
    Object.assign(['a'], { more: 1 }),
    new Line(),
    [new Line()],
    Buffer.from('ab'),
    JSON.parse('{"__proto__":{"a":1},"b":2}'),
    new String('abc'),
    Object.defineProperty({}, 'text', { enumerable: true, get: () => 'got' }),
    [new URL('http://a.example')],
    Object.setPrototypeOf([1], null),
  ];
  return { [name]: values[which] };
}

export type Verdict = { readonly instance: unknown } | { readonly error: unknown };

export async function verdictOf(type: ParamsClass, value: unknown, compiled: boolean): Promise<Verdict> {
  try {
    return { instance: await new DtoValidationPipe(undefined, compiled).transform(value, { type: 'body', metatype: type }) };
  } catch (error) {
    return { error };
  }
}

/** Deep, and stricter than matchers: prototypes, keys in their order, -0 and NaN. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [keys, others] = [Reflect.ownKeys(a), Reflect.ownKeys(b)];
  if (keys.length !== others.length || keys.some((key, index) => key !== others[index])) return false;
  if (a instanceof Date || a instanceof String) return JSON.stringify(a) === JSON.stringify(b);
  return keys.every((key) => isSame(Reflect.get(a, key), Reflect.get(b, key)));
}
