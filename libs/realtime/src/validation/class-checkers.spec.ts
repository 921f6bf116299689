import { Transform, Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import * as classValidator from 'class-validator';
import fc from 'fast-check';
import { checkerOf, surelyValid } from './class-checkers.js';
import { DECORATOR_EXAMPLES } from './decorator-examples.fixture.js';
import { Line, Tree, hostileParams, isSame, jsonParams, someClass, verdictOf, wholeParams } from './generated-classes.fixture.js';
import type { Make } from './generated-classes.fixture.js';
import type { ParamsClass } from './class-checker.js';

/** Both ways, on values of their own; the compiled one may be unsure, but never of another mind. */
async function agree(type: ParamsClass, make: Make): Promise<'sure' | 'unsure'> {
  const value = make();
  const before = isSame(value, make());
  const instance = typeof value === 'object' && value !== null && !Array.isArray(value) ? surelyValid(type, value) : undefined;
  // It changes nothing of what it looks at.
  if (before) expect(isSame(value, make())).toBe(true);
  const [ours, libraries] = [await verdictOf(type, make(), true), await verdictOf(type, make(), false)];
  if (instance) {
    if (!('instance' in libraries)) throw new Error('The library refuses what was called surely valid');
    if (!isSame(instance, libraries.instance)) throw new Error('The library makes another instance');
  }
  if ('instance' in ours && 'instance' in libraries) expect(isSame(ours.instance, libraries.instance)).toBe(true);
  else expect(JSON.stringify(ours)).toEqual(JSON.stringify(libraries));
  return instance ? 'sure' : 'unsure';
}

describe('a class with a @Type() where there is no rule', () => {
  class Boom {
    constructor() {
      throw new Error('boom');
    }
  }
  class Params {
    @IsString()
    name!: string;

    @Type(() => Boom)
    extra?: object;
  }

  it('is left to the libraries, which make what it says before they take it away', () => {
    expect(surelyValid(Params, { name: 'x', extra: {} })).toBeUndefined();
    expect(surelyValid(Params, { name: 'x' })).toBeUndefined();
  });
});

describe('what is called surely valid', () => {
  it('is what the libraries find valid, and the same instance, for classes and JSON values at random', async () => {
    const seen = { sure: 0, unsure: 0 };
    await fc.assert(
      fc.asyncProperty(
        someClass('known'),
        fc.array(fc.oneof(jsonParams, { arbitrary: wholeParams, weight: 5 }), { minLength: 8, maxLength: 16 }),
        async (type, values) => {
          for (const make of values) seen[await agree(type, make)]++;
        },
      ),
      { numRuns: 200 },
    );
    // Not an empty proof: about 130 of 2,400 are sure, with some spread.
    expect(seen.sure).toBeGreaterThan(40);
    expect(seen.unsure).toBeGreaterThan(40);
  });

  it('is so for classes with anything on them, whatever the value', async () => {
    await fc.assert(
      fc.asyncProperty(
        someClass('any'),
        fc.array(fc.oneof(jsonParams, hostileParams), { minLength: 4, maxLength: 8 }),
        async (type, values) => {
          for (const make of values) await agree(type, make);
        },
      ),
      { numRuns: 250 },
    );
  });

  it.each([
    ['nested classes in each other', Tree, { name: 'a', children: [{ name: 'b', children: [] }, {}], more: 1 }],
    ['members that are left out', Line, { text: 'abc', more: { deep: [1, { a: 2 }] } }],
    ['another order of members', Line, { count: 3, text: 'abc' }],
  ])('has %s', async (_what, type, value) => {
    expect(await agree(type, () => JSON.parse(JSON.stringify(value)) as unknown)).toBe('sure');
  });

  it('is not said of what only the libraries can judge', async () => {
    class Trimmed {
      @IsString()
      @Transform(({ value }) => String(value).trim())
      text!: string;
    }
    class Loose {
      @ValidateNested()
      line!: Line;
    }
    for (const type of [Trimmed, Loose, Object, Array, Date] as ParamsClass[]) expect(checkerOf(type)).toBeUndefined();
    expect((await verdictOf(Trimmed, { text: ' a ' }, true)) as unknown).toEqual({ instance: Object.assign(new Trimmed(), { text: 'a' }) });
  });

  it('knows of decorators that come later, on the class, its base and the classes in it', async () => {
    class Base {}
    class Inner {
      @IsOptional()
      a?: unknown;
    }
    class Outer extends Base {
      @IsArray()
      @ValidateNested({ each: true })
      @Type(() => Inner)
      items!: Inner[];
    }
    const make = (): unknown => ({ items: [{ a: 'text' }], b: 'text' });
    expect(await agree(Outer, make)).toBe('sure');
    IsInt()(Inner.prototype, 'a');
    expect(await agree(Outer, make)).toBe('unsure');
    expect(await agree(Outer, () => ({ items: [{ a: 1 }], b: 'text' }))).toBe('sure');
    IsInt()(Base.prototype, 'b');
    expect(await agree(Outer, () => ({ items: [{ a: 1 }], b: 'text' }))).toBe('unsure');
    Transform(() => 5)(Inner.prototype, 'a');
    expect(await agree(Outer, () => ({ items: [{ a: 1 }], b: 1 }))).toBe('unsure');
  });

  it('asks a type that depends on something anew each time', async () => {
    let type: ParamsClass = Line;
    class Outer {
      @ValidateNested()
      @Type(() => type)
      inner!: object;
    }
    expect(await agree(Outer, () => ({ inner: { text: 'a' } }))).toBe('sure');
    type = Tree;
    expect(surelyValid(Outer, { inner: { name: 'a' } })).toMatchObject({ inner: expect.any(Tree) });
  });

  it('makes no more of a huge list than a list', async () => {
    class Many {
      @IsArray()
      @IsInt({ each: true })
      values!: number[];
    }
    const values = Array.from({ length: 20_000 }, (_unused, index) => index);
    expect(await agree(Many, () => ({ values: [...values] }))).toBe('sure');
    expect(await agree(Many, () => ({ values: [...values, 'x'] }))).toBe('unsure');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no provider');
      },
    ],
    ['has nothing', () => undefined],
  ])("is not said where the app's container of rules %s", async (_what, get) => {
    class Params {
      @IsOptional()
      @IsInt()
      a?: number;

      @IsOptional()
      b?: unknown;
    }
    classValidator.useContainer({ get });
    try {
      expect(await agree(Params, () => ({ b: 1 }))).toBe('unsure');
      expect(await agree(Params, () => ({ a: 1 }))).toBe('unsure');
    } finally {
      classValidator.useContainer(undefined as unknown as Parameters<typeof classValidator.useContainer>[0]);
    }
  });

  it('leaves it to the libraries to word what a constructor throws', async () => {
    class Fragile {
      @IsOptional()
      a?: unknown;

      constructor() {
        throw new Error('fragile');
      }
    }
    expect(surelyValid(Fragile, {})).toBeUndefined();
    expect(await verdictOf(Fragile, {}, true)).toMatchObject({ error: expect.objectContaining({ message: 'fragile' }) });
  });
});

describe("class-validator's decorators", () => {
  const kinds = new Set(['ValidatorConstraint', 'ValidationError', 'ValidationTypes', 'Validator', 'MetadataStorage']);

  it('are all here', () => {
    const exported = Object.entries(classValidator).filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name));
    const names = exported.map(([name]) => name).filter((name) => !kinds.has(name));
    expect(Object.keys(DECORATOR_EXAMPLES).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(DECORATOR_EXAMPLES))('%s: both ways agree, on what keeps it and on what breaks it', async (_name, example) => {
    const { decorator, good, bad, isForLibraries } = example;
    class Params {
      value?: unknown;
    }
    decorator(Params.prototype, 'value');
    const made = (value: unknown) => (): unknown => ({ value: JSON.parse(JSON.stringify(value)) as unknown });
    if (good !== undefined) {
      expect(await verdictOf(Params, made(good)(), false)).toMatchObject({ instance: expect.any(Params) });
      expect(await agree(Params, made(good))).toBe(isForLibraries ? 'unsure' : 'sure');
    }
    if (bad !== undefined) {
      expect(await verdictOf(Params, made(bad)(), false)).toMatchObject({ error: expect.any(Error) });
      expect(await agree(Params, made(bad))).toBe('unsure');
    }
    for (const other of [null, [], {}, 'text', 0, ['text', 1], [null]]) await agree(Params, made(other));
  });
});
