import { FRAME_LIMIT_DEFAULTS, parseFrame } from './parse-frame.js';
import type { ParsedFrame } from './messages.js';

function parse(text: string): ParsedFrame {
  return parseFrame(text, FRAME_LIMIT_DEFAULTS);
}

/** The text of the id that an answer would carry; undefined if there would be none. */
function idTextOf(text: string): string | undefined {
  const frame = parse(text);
  return frame.kind === 'call' || frame.kind === 'invalid' ? frame.idText : undefined;
}

describe('a frame with one message', () => {
  it('is a request if it has an id', () => {
    const frame = parse('{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":7}');
    expect(frame).toEqual({ kind: 'call', method: 'sum', params: [1, 2], idText: '7' });
  });

  it('is a notification if it has none', () => {
    const frame = parse('{"jsonrpc":"2.0","method":"sum"}');
    expect(frame).toEqual({ kind: 'call', method: 'sum', params: undefined, idText: undefined });
  });

  it('is an answer if it has a result or an error', () => {
    expect(parse('{"jsonrpc":"2.0","id":1,"result":null}')).toEqual({
      kind: 'answer',
      id: 1,
      result: null,
      error: undefined,
      failed: false,
    });
    expect(parse('{"id":"a","error":{"code":1,"message":"x"}}')).toMatchObject({
      kind: 'answer',
      id: 'a',
      error: { code: 1 },
      failed: true,
    });
  });

  it('is an answer that failed if it has both, also with a method beside them', () => {
    const frame = parse('{"id":1,"result":1,"error":{"code":1},"method":"echo"}');
    expect(frame).toMatchObject({ kind: 'answer', id: 1, result: undefined, failed: true });
  });

  it.each([
    ['{"id":1,"result":5,"error":null}', { result: 5, error: undefined, failed: false }],
    ['{"id":1,"result":null,"error":null}', { result: null, error: undefined, failed: false }],
    ['{"id":1,"result":null,"error":{"code":1}}', { result: undefined, error: { code: 1 }, failed: true }],
    ['{"id":1,"error":null}', { result: undefined, error: null, failed: true }],
  ])('says what peers of JSON-RPC 1.0 mean, who send both members: %s', (text, meaning) => {
    expect(parse(text)).toMatchObject(meaning);
  });

  it.each(['{"result":1}', '{"result":1,"id":true}', '{"result":1,"id":{}}'])('is an answer to nobody without a usable id: %s', (text) => {
    expect(parse(text)).toMatchObject({ kind: 'answer', id: undefined });
  });

  it('is invalid with the id of the message, as far as that can be read', () => {
    expect(parse('{"method":"x","id":7}')).toMatchObject({ kind: 'invalid', idText: '7', error: { code: -32600 } });
    expect(parse('{"jsonrpc":"2.0","method":1,"id":"a"}')).toMatchObject({ kind: 'invalid', idText: '"a"' });
    expect(parse('{"jsonrpc":"2.0","method":1}')).toMatchObject({ kind: 'invalid', idText: 'null' });
    expect(parse('{"jsonrpc":"2.0","method":"x","id":[]}')).toMatchObject({ kind: 'invalid', idText: 'null' });
    expect(parse('7')).toMatchObject({ kind: 'invalid', idText: 'null' });
  });

  it('is invalid, and nobody may be told, if a notification has params that are no params', () => {
    expect(parse('{"jsonrpc":"2.0","method":"x","params":1}')).toMatchObject({ kind: 'invalid', idText: undefined });
    expect(parse('{"jsonrpc":"2.0","method":"x","params":1,"id":1}')).toMatchObject({ kind: 'invalid', idText: '1' });
  });

  it('is a parse error if it is not JSON, and says nothing of what was sent', () => {
    expect(parse('{"secret":hunter2}')).toEqual({
      kind: 'invalid',
      idText: 'null',
      error: { code: -32700, message: 'The frame is not valid JSON', reason: 'ParseError' },
    });
  });
});

describe('the id of a frame', () => {
  it.each(['0', '-0', '1.0', '-1.50', '1e2', '1E-2', '12345678901234567890', '9007199254740993', '1e999', '""', '"a"', 'null'])(
    'keeps the characters %s',
    (id) => {
      expect(idTextOf(`{"jsonrpc":"2.0","method":"x","id":${id}}`)).toBe(id);
      expect(idTextOf(`{"id" :\n ${id} ,"method":"x","jsonrpc":"2.0"}`)).toBe(id);
      expect(idTextOf(`{"jsonrpc":"2.0","method":"x","params":{"id":${id === '0' ? '1' : '0'}},"id":${id}}`)).toBe(id);
    },
  );

  it('is written anew if it is a string: the same value, whatever its escapes', () => {
    expect(idTextOf('{"jsonrpc":"2.0","method":"x","id":"\\u0061\\/\\ud83d\\ude00"}')).toBe('"a/😀"');
    expect(idTextOf('{"jsonrpc":"2.0","method":"x","id":"\\ud800"}')).toBe('"\\ud800"');
  });

  it('is found under an escaped name, and nested ones are not mistaken for it', () => {
    expect(idTextOf('{"jsonrpc":"2.0","method":"x","params":{"id":7},"\\u0069d":7.0}')).toBe('7.0');
    expect(idTextOf('{"jsonrpc":"2.0","method":"x","x\\"id":3,"id":3.0}')).toBe('3.0');
    expect(idTextOf('{"jsonrpc":"2.0","method":"x","params":["\\"id\\":5",{"id":6}]}')).toBeUndefined();
  });

  it('is the last one of several', () => {
    expect(idTextOf('{"id":1,"jsonrpc":"2.0","method":"x","id":2.0}')).toBe('2.0');
    expect(idTextOf('{"id":1.0,"jsonrpc":"2.0","method":"x","id":"b"}')).toBe('"b"');
    expect(idTextOf('{"id":1.0,"jsonrpc":"2.0","method":"x","id":{"id":4}}')).toBe('null');
  });
});

describe('a batch', () => {
  it('holds its items in order, each with its own id', () => {
    const call = (id: string): string => `{"jsonrpc":"2.0","method":"x","params":{"id":99},"id":${id}}`;
    const frame = parse(`[${call('1.0')}, 5 ,${call('"a"')},["id",1],{"method":"x","id":2.50},${call('12345678901234567890')}]`);
    expect(frame.kind === 'batch' && frame.items.map((item) => ('idText' in item ? item.idText : item.kind))).toEqual([
      '1.0',
      'null',
      '"a"',
      'null',
      '2.50',
      '12345678901234567890',
    ]);
  });

  it('is one invalid value if it is empty or has too many items', () => {
    expect(parse('[]')).toMatchObject({ kind: 'invalid', error: { code: -32600 } });
    expect(parseFrame('[1,2]', { batchItems: 2, jsonDepth: 64 })).toMatchObject({ kind: 'batch' });
    expect(parseFrame('[1,2,3]', { batchItems: 2, jsonDepth: 64 })).toMatchObject({
      kind: 'invalid',
      error: { data: { maxBatchItems: 2 } },
    });
  });
});

describe('a notification that takes a request back', () => {
  it.each([
    ['$/cancelRequest', 'id'],
    ['notifications/cancelled', 'requestId'],
  ])('%s names it by the characters of its id', (method, member) => {
    const cancel = (id: string): string => `{"jsonrpc":"2.0","method":"${method}","params":{"reason":"x","${member}":${id}}}`;
    for (const id of ['1', '1.0', '12345678901234567890', '"a"', '0', '""']) expect(parse(cancel(id))).toMatchObject({ cancels: id });
    expect(parse(`${cancel('1').slice(0, -1)},"topic":"t"}`)).toMatchObject({ cancels: '1' });
    expect(parse(`[5,${cancel('1.0')}]`)).toMatchObject({ items: [{}, { cancels: '1.0' }] });
    for (const id of ['null', 'true', '[1]', '{"id":1}']) expect(parse(cancel(id))).not.toHaveProperty('cancels');
  });

  it('is none if it has an id itself, or no params', () => {
    expect(parse('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1},"id":2}')).not.toHaveProperty('cancels');
    expect(parse('{"jsonrpc":"2.0","method":"$/cancelRequest"}')).not.toHaveProperty('cancels');
    expect(parse('{"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]}')).not.toHaveProperty('cancels');
  });
});

describe('a push to a topic', () => {
  const push = (more: string): string => `{"jsonrpc":"2.0","method":"x","params":{"topic":"inner","offset":1}${more}}`;

  it('keeps its topic, and its place in the history if it has one', () => {
    expect(parse(push(',"topic":"room:1"'))).toEqual({
      kind: 'call',
      method: 'x',
      params: { topic: 'inner', offset: 1 },
      idText: undefined,
      topic: 'room:1',
    });
    expect(parse(push(',"topic":"room:1","offset":7'))).toMatchObject({ topic: 'room:1', offset: 7 });
    expect(parse(`[${push('')},${push(',"topic":"t"')}]`)).toMatchObject({ items: [{ method: 'x' }, { topic: 't' }] });
  });

  it.each(['', ',"topic":1,"offset":7', ',"topic":null', ',"offset":7'])('is none with %j', (more) => {
    const message = parse(push(more));
    expect(message).not.toHaveProperty('topic');
    expect(message).not.toHaveProperty('offset');
  });

  it('is none if it is a request', () => {
    expect(parse(push(',"id":1,"topic":"t"'))).not.toHaveProperty('topic');
  });

  it('has no offset that is no number', () => {
    expect(parse(push(',"topic":"t","offset":"7"'))).not.toHaveProperty('offset');
  });
});

describe('hostile text', () => {
  const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

  it('is refused beyond the depth, counted from the outermost bracket', () => {
    const limits = { batchItems: 50, jsonDepth: 3 };
    expect(parseFrame(`{"jsonrpc":"2.0","method":"x","params":[[]]}`, limits)).toMatchObject({ kind: 'call' });
    expect(parseFrame(`{"jsonrpc":"2.0","method":"x","params":[[[]]],"id":1}`, limits)).toMatchObject({
      kind: 'invalid',
      idText: 'null',
      error: { code: -32600, data: { maxDepth: 3 } },
    });
  });

  it('is refused without recursion, a million levels deep', () => {
    expect(parse(arrays(1_000_000))).toMatchObject({ kind: 'invalid', error: { code: -32600 } });
    expect(parse('['.repeat(1_000_000))).toMatchObject({ kind: 'invalid', error: { code: -32700 } });
  });

  it.each(['__proto__', '\\u005f_proto__', '__prot\\u006F__', '__\\u0070roto__'])('is refused with %s in the params', (name) => {
    const frame = `{"jsonrpc":"2.0","method":"x","id":1,"params":[{"a":{"${name}":1}}]}`;
    expect(parse(frame)).toMatchObject({ kind: 'invalid', idText: '1', error: { code: -32602 } });
    expect(parse(frame.replace('"id":1,', ''))).toMatchObject({ kind: 'invalid', idText: undefined });
  });

  it('is no such thing if __proto__ is a value or stands beside the params', () => {
    expect(parse('{"jsonrpc":"2.0","method":"x","params":["__proto__",{"a":"\\u005f"}]}')).toMatchObject({ kind: 'call' });
    expect(parse('{"jsonrpc":"2.0","method":"x","__proto__":{"result":1,"id":1}}')).toMatchObject({ kind: 'call', idText: undefined });
  });

  it.each([
    ['"__proto__"', 'call'],
    ['{"__proto__":1}', 'invalid'],
  ])('is walked without recursion for __proto__, 100,000 levels deep: %s', (innermost, kind) => {
    const params = `${'[{"a":'.repeat(50_000)}${innermost}${'}]'.repeat(50_000)}`;
    const text = `{"jsonrpc":"2.0","id":1,"method":"x","params":${params}}`;
    expect(parseFrame(text, { ...FRAME_LIMIT_DEFAULTS, jsonDepth: 200_000 }).kind).toBe(kind);
  });

  it('costs one pass, however many items of a batch take calls back', () => {
    const padding = `{"jsonrpc":"2.0","method":"x","params":[${Array(200_000).fill('""').join(',')}]}`;
    const cancels = Array.from({ length: 3_000 }, (_unused, id) => `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":${id}.0}}`);
    const startedAt = performance.now();
    const frame = parseFrame(`[${padding},${cancels.join(',')}]`, { batchItems: 5_000, jsonDepth: 64 });
    // A pass for each of them takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(frame).toMatchObject({ kind: 'batch', items: { length: 3_001, 1: { cancels: '0.0' }, 3000: { cancels: '2999.0' } } });
  });
});
