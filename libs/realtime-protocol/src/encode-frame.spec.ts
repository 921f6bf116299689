import { RawJson, encodeError, encodeNotification, encodeRequest, encodeResult } from './encode-frame.js';

describe('a response', () => {
  it('carries the id as it was given, with every digit', () => {
    expect(encodeResult('12345678901234567890', { a: 1 })).toBe('{"jsonrpc":"2.0","id":12345678901234567890,"result":{"a":1}}');
    expect(encodeResult('"a"', [])).toBe('{"jsonrpc":"2.0","id":"a","result":[]}');
  });

  it.each([undefined, null, Number.NaN])('carries null for what JSON leaves out', (result) => {
    expect(encodeResult('1', result)).toBe('{"jsonrpc":"2.0","id":1,"result":null}');
  });

  it.each([Symbol('x'), () => 1, new Map(), new Error('x')])('carries nothing that JSON would lose: %p', (result) => {
    expect(() => encodeResult('1', result)).toThrow(TypeError);
  });

  it('carries finished text as it is', () => {
    expect(encodeResult('1', RawJson.parse(' {"n":1.0}'))).toBe('{"jsonrpc":"2.0","id":1,"result": {"n":1.0}}');
  });

  it('carries an error with its members', () => {
    const error = { code: -32602, message: 'Invalid params', reason: 'InvalidParams', data: { errors: [] } };
    expect(JSON.parse(encodeError('null', error))).toEqual({ jsonrpc: '2.0', id: null, error });
  });

  it('throws for what JSON cannot carry', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => encodeResult('1', 10n)).toThrow(TypeError);
    expect(() => encodeResult('1', cycle)).toThrow(TypeError);
    expect(() => encodeError('1', { code: 1, message: 'x', data: 10n })).toThrow(TypeError);
  });
});

describe('a request and a notification', () => {
  it('carry params by position, by name or not at all', () => {
    expect(encodeRequest(1, 'sum', [1, 2])).toBe('{"jsonrpc":"2.0","id":1,"method":"sum","params":[1,2]}');
    expect(encodeRequest('a', 'sum', undefined)).toBe('{"jsonrpc":"2.0","id":"a","method":"sum"}');
    expect(encodeNotification('news', { a: 1 })).toBe('{"jsonrpc":"2.0","method":"news","params":{"a":1}}');
    expect(encodeNotification('news', undefined)).toBe('{"jsonrpc":"2.0","method":"news"}');
  });

  it('name the topic behind the params', () => {
    expect(encodeNotification('news', [], 'a"b')).toBe('{"jsonrpc":"2.0","method":"news","params":[],"topic":"a\\"b"}');
  });

  it('escape what would break out of the text', () => {
    const frame = encodeNotification('a","id":1,"x":"', { '"': '\u2028"' });
    expect(JSON.parse(frame)).toEqual({ jsonrpc: '2.0', method: 'a","id":1,"x":"', params: { '"': '\u2028"' } });
  });

  it.each([1, 'x', true, null, new Date(0), () => 1])('refuse params that are neither an object nor an array: %p', (params) => {
    expect(() => encodeNotification('news', params)).toThrow(TypeError);
    expect(() => encodeRequest(1, 'news', params)).toThrow(TypeError);
  });

  it.each([undefined, null, '', 5, {}, Symbol('x')])('refuse a method that is no name, which a peer could not read: %p', (method) => {
    // What a missing key of a table gives to whoever is not held by types.
    const name = method as string;
    const said = /^The method of a JSON-RPC message must be a string that is not empty, got ./;
    expect(() => encodeNotification(name, {})).toThrow(said);
    expect(() => encodeRequest(1, name, {})).toThrow(said);
    expect(() => encodeRequest(1, name, {})).toThrow(TypeError);
  });

  it('take over params that were written beforehand', () => {
    expect(encodeNotification('news', RawJson.encode({ n: 1 }))).toBe('{"jsonrpc":"2.0","method":"news","params":{"n":1}}');
    expect(encodeNotification('news', RawJson.parse(' [1.0]'))).toBe('{"jsonrpc":"2.0","method":"news","params": [1.0]}');
    expect(() => encodeNotification('news', RawJson.encode('text'))).toThrow(TypeError);
  });
});

describe('raw JSON', () => {
  it('takes over nothing that is not JSON', () => {
    expect(() => RawJson.parse('{"a":1},{"b":2}')).toThrow(SyntaxError);
    expect(() => RawJson.parse('')).toThrow(SyntaxError);
  });

  it('writes nothing that JSON cannot carry', () => {
    expect(() => RawJson.encode(undefined)).toThrow(TypeError);
    expect(() => RawJson.encode(10n)).toThrow(TypeError);
  });
});
