import { Type } from 'class-transformer';
import { IsOptional, ValidateNested } from 'class-validator';
import type { ParamsClass } from './class-checker.js';
import { surelyValid } from './class-checkers.js';
import { Line, Tree, isSame, verdictOf } from './generated-classes.fixture.js';

type Members = Record<string, unknown>;

/** A class with two members that may be anything, of which the constructor makes something. */
function madeBy(build: (instance: Members) => unknown): ParamsClass {
  class Params {
    constructor() {
      const other = build(this as unknown as Members) as Params | undefined;
      if (other !== undefined) return other;
    }
  }
  return withMembers(Params);
}

function withMembers(type: ParamsClass): ParamsClass {
  for (const name of ['a', 'length']) IsOptional()(type.prototype as object, name);
  return type;
}

/** A class whose nested member is of the type that the function says. */
function typedBy(typeFunction: () => ParamsClass): ParamsClass {
  class Params {}
  ValidateNested()(Params.prototype, 'a');
  Type(typeFunction)(Params.prototype, 'a');
  return Params;
}

const setter = (name: string, written: string): ParamsClass =>
  madeBy((instance) => {
    Object.defineProperty(instance, name, { enumerable: true, configurable: true, set: (value) => (instance[written] = value as unknown) });
  });

// A function keeps its name, which is what the compiler makes of a type of its own.
const hasArguments = (given: readonly unknown[]): ParamsClass => (given.length > 0 ? Line : Tree);

const forLibraries: readonly (readonly [string, ParamsClass, Members])[] = [
  ['a setter of its own on a member', setter('a', 'hidden'), { a: 1 }],
  ['a setter of its own on a member that is left out', setter('extra', 'a'), { extra: 1 }],
  ['a hidden member', madeBy((instance) => void Object.defineProperty(instance, 'b', { value: 1, configurable: true })), { a: 1, b: 2 }],
  ['a fixed member', madeBy((instance) => void Object.defineProperty(instance, 'a', { value: 1, enumerable: true })), { b: 2 }],
  ['no room for members', madeBy((instance) => void Object.preventExtensions(instance)), { b: 1 }],
  ['another object in its place', madeBy(() => ({})), { a: 1 }],
  ['the powers of an Array', withMembers(class extends Array {}), { a: 1, length: 3 }],
  [
    'a type that depends on the value, by a default',
    typedBy((options: unknown = null) => hasArguments(options ? [options] : [])),
    { a: { text: 'b' } },
  ],
  ['a type that depends on the value, by a rest', typedBy((...all: unknown[]) => hasArguments(all)), { a: { text: 'b' } }],
  [
    'a type that depends on the value, by its arguments',
    typedBy(function () {
      // eslint-disable-next-line prefer-rest-params -- what is shown
      return hasArguments([...arguments]);
    }),
    { a: { text: 'b' } },
  ],
];

describe('a class that gives its instances', () => {
  it.each(forLibraries)('%s is left to the libraries, at every call', async (_what, type, value) => {
    for (const params of [value, {}, value]) {
      expect(surelyValid(type, { ...params })).toBeUndefined();
      const [ours, libraries] = [await verdictOf(type, { ...params }, true), await verdictOf(type, { ...params }, false)];
      if ('instance' in libraries) expect(isSame((ours as typeof libraries).instance, libraries.instance)).toBe(true);
      else expect(String((ours as typeof libraries).error)).toBe(String(libraries.error));
    }
  });

  it('nothing but members is judged here', () => {
    const type = madeBy((instance) => void (instance['a'] = 'default'));
    expect(surelyValid(type, { length: 2, extra: 3 })).toEqual(Object.assign(new type(), { length: 2 }));
  });

  it('a type by a function of the older kind is judged here', () => {
    const type = typedBy(function () {
      return Line;
    });
    expect(surelyValid(type, { a: { text: 'b' } })).toEqual(Object.assign(new type(), { a: Object.assign(new Line(), { text: 'b' }) }));
  });

  it('another type later is judged by the later one', async () => {
    const type = typedBy(() => Line);
    expect(surelyValid(type, { a: { text: 'b', name: 'c' } })).toMatchObject({ a: expect.any(Line) });
    Type(() => Tree)(type.prototype as object, 'a');
    const ours = surelyValid(type, { a: { text: 'b', name: 'c' } });
    expect(ours).toMatchObject({ a: expect.any(Tree) });
    expect(await verdictOf(type, { a: { text: 'b', name: 'c' } }, false)).toEqual({ instance: ours });
  });
});

describe('members that the libraries look at by name', () => {
  it.each([
    ['a member', { a: 1, prototype: 2 }],
    ['deep in a member', { a: { b: [{ prototype: 1, c: 2 }] } }],
    ['deep in a member that is left out', { extra: [{ prototype: 1 }] }],
  ])('prototype as %s is gone both ways', async (_where, value) => {
    const type = madeBy(() => undefined);
    IsOptional()(type.prototype as object, 'prototype');
    const make = (): unknown => JSON.parse(JSON.stringify(value));
    const [ours, libraries] = [await verdictOf(type, make(), true), await verdictOf(type, make(), false)];
    expect(JSON.stringify(ours)).not.toContain('prototype');
    expect(ours).toEqual(libraries);
  });

  it('fail both ways where class-transformer fails at what is left out', async () => {
    const type = madeBy(() => undefined);
    for (const compiled of [true, false]) {
      const verdict = await verdictOf(type, { extra: [new URL('http://a.example')] }, compiled);
      expect(verdict).toMatchObject({ error: { name: 'TypeError', code: 'ERR_MISSING_ARGS' } });
    }
  });
});
