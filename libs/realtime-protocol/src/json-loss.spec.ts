import { Readable } from 'node:stream';
import { jsonLoss } from './json-loss.js';

class Point {
  x = 1;
}

describe('values that JSON loses', () => {
  it.each<[string, unknown, string]>([
    ['Map', new Map([[1, 2]]), 'a Map'],
    ['Set', new Set([1]), 'a Set'],
    ['WeakMap', new WeakMap(), 'a WeakMap'],
    ['generator', (function* () {})(), 'a Generator'],
    ['async generator', (async function* () {})(), 'a stream'],
    ['iterator of a Map', new Map().keys(), 'a Map Iterator'],
    ['stream', Readable.from([]), 'a stream'],
    ['web stream', new ReadableStream(), 'a stream'],
    ['Error', new Error('x'), 'an Error'],
    ['Error with members', Object.assign(new TypeError('x'), { code: 7 }), 'an Error'],
    ['function', () => undefined, 'a function'],
    ['class', Point, 'a function'],
    ['symbol', Symbol('x'), 'a symbol'],
    ['promise', Promise.resolve(1), 'a Promise'],
    ['expression', /x/, 'a RegExp'],
    ['parameters of a URL', new URLSearchParams('a=1'), 'a URLSearchParams'],
    ['headers', new Headers({ a: '1' }), 'a Headers'],
    ['form', new FormData(), 'a FormData'],
    ['blob', new Blob(['x']), 'a Blob'],
    ['bytes', new ArrayBuffer(2), 'an ArrayBuffer'],
    ['view of bytes', new DataView(new ArrayBuffer(2)), 'a DataView'],
    ['reference', new WeakRef({}), 'a WeakRef'],
    ['response', new Response('x'), 'a Response'],
    ['matches', 'a'.matchAll(/a/g), 'a RegExp String Iterator'],
    ['Map behind a Proxy', new Proxy(new Map(), {}), 'a Map'],
  ])('%s', (_name, value, loss) => {
    expect(jsonLoss(value)).toBe(loss);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['an empty object', {}],
    ['an object without a prototype', Object.create(null)],
    ['an empty list', []],
    ['an instance', new Point()],
    ['a date', new Date()],
    ['a Buffer', Buffer.from('x')],
    ['a Map that says how it is written', Object.assign(new Map(), { toJSON: () => [] })],
    ['an error that says how it is written', Object.assign(new Error('x'), { toJSON: () => ({}) })],
    ['a list of another class', new (class extends Array {})()],
    ['numbers in bytes', new Uint8Array(0)],
    ['an object of a class without members', new (class Nothing {})()],
    ['a number as an object', Object(1)],
  ])('are not %s', (_name, value) => {
    expect(jsonLoss(value)).toBeUndefined();
  });
});
