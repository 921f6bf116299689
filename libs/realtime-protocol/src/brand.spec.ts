import { brand } from './brand.js';
import { Disconnect } from './disconnect.js';
import { RawJson, encodeNotification, encodeResult } from './encode-frame.js';
import { RpcError } from './rpc-error.js';

/** Two copies of one class, as two installs of a package make them. */
function copy() {
  class Thing {
    static {
      brand(this, 'SpecThing');
    }
    readonly size = 1;
  }
  class Large extends Thing {}
  return { Thing, Large };
}

describe('an object of a class with a brand', () => {
  const [ours, theirs] = [copy(), copy()];

  it('is one of the class in every copy', () => {
    expect(new theirs.Thing() instanceof ours.Thing).toBe(true);
    expect(new theirs.Large() instanceof ours.Thing).toBe(true);
  });

  it('is one of a class that extends it only in its own copy', () => {
    expect(new ours.Large() instanceof ours.Large).toBe(true);
    expect(new ours.Thing() instanceof ours.Large).toBe(false);
    expect(new theirs.Large() instanceof ours.Large).toBe(false);
  });

  it.each([undefined, null, 1, 'text', {}, [], () => undefined, Object.create(null), { 'nestjs-realtime:SpecThing': true }])(
    'is not %p',
    (value) => {
      expect(value instanceof ours.Thing).toBe(false);
    },
  );

  it('has nothing more that JSON or a copy by keys would see', () => {
    expect(Object.keys(new ours.Thing())).toEqual(['size']);
    expect(JSON.stringify(new ours.Thing())).toBe('{"size":1}');
  });
});

describe('what an object of JSON.parse() is', () => {
  it('is never one of these, whatever it holds', () => {
    const value: unknown = JSON.parse(
      '{"text":"}{","code":1,"reason":"x","__proto__":{"text":"y"},"Symbol(nestjs-realtime:RawJson)":true}',
    );
    expect([value instanceof RawJson, value instanceof RpcError, value instanceof Disconnect]).toEqual([false, false, false]);
    expect(encodeResult('1', value)).toContain('"result":{"text":"}{"');
    expect(encodeNotification('n', value)).toContain('"params":{"text":"}{"');
  });
});
