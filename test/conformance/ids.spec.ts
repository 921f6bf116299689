import { heldCall, startConformanceNode } from './conformance-node.js';
import { answerTo, answersTo, exchange } from './exchange.js';

const INVALID_REQUEST = -32600;

/** A request whose id is written exactly so. */
function withId(idText: string): string {
  return `{"jsonrpc":"2.0","method":"echo","params":[7],"id":${idText}}`;
}

describe('an id', () => {
  it.each(['1', '"1"', '"a"', 'null', '0', '""', '-1', '-9007199254740991', '9007199254740991', '"7f0c"', '" "', '"ü€😀"', '"null"'])(
    'that is %s comes back as it was sent [R7 S4 C4]',
    async (idText) => {
      await using node = await startConformanceNode();
      await using peer = await node.connect();
      expect(await exchange(peer, withId(idText))).toEqual([`{"jsonrpc":"2.0","id":${idText},"result":[7]}`]);
    },
  );

  it.each(['1.5', '1.0', '1e2', '1E2', '-0', '-0.0', '0.1', '1e-7', '123456789.123456789123456789', '1e400', '2.50'])(
    'that is %s comes back with the same characters [R9 C2]',
    async (idText) => {
      await using node = await startConformanceNode();
      await using peer = await node.connect();
      expect(await exchange(peer, withId(idText))).toEqual([`{"jsonrpc":"2.0","id":${idText},"result":[7]}`]);
    },
  );

  it.each([
    '12345678901234567890',
    '-12345678901234567890',
    '9007199254740993',
    '99999999999999999999999999999999',
    '18446744073709551615',
  ])('that is %s, which a double cannot hold, is not rounded [R9 C2]', async (idText) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await exchange(peer, withId(idText))).toEqual([`{"jsonrpc":"2.0","id":${idText},"result":[7]}`]);
  });

  it('is not rounded in errors and in batches either [C2 S4]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const [unknown] = await exchange(peer, '{"jsonrpc":"2.0","method":"x","id":12345678901234567890}');
    expect(unknown).toContain('"id":12345678901234567890,"error"');
    const [batch] = await exchange(peer, `[{"a":{"id":1}},${withId('12345678901234567890')},["id",2],${withId('1.0')}]`);
    expect(batch).toContain('{"jsonrpc":"2.0","id":12345678901234567890,"result":[7]}');
    expect(batch).toContain('{"jsonrpc":"2.0","id":1.0,"result":[7]}');
  });

  it.each(['true', 'false', '[]', '[1]', '{}', '{"a":1}'])('that is %s makes the request invalid [R7]', async (idText) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, withId(idText))).toMatchObject({ id: null, error: { code: INVALID_REQUEST } });
  });

  it('that is null makes a request, which is answered with null [R8 C3]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, withId('null'))).toEqual({ jsonrpc: '2.0', id: null, result: [7] });
    expect(await answerTo(peer, '{"jsonrpc":"2.0","method":"x","id":null}')).toMatchObject({ id: null, error: { code: -32601 } });
  });

  it('that is null may be in use several times at once [R8 C35]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const answers = await answersTo(peer, `[${withId('null')},${withId('null')},${withId('null')}]`);
    expect(answers).toEqual(Array(3).fill({ jsonrpc: '2.0', id: null, result: [7] }));
  });

  it('is another one as a number than as a string of the same digits [C5 S4]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = await exchange(peer, `[${withId('1')},${withId('"1"')}]`);
    expect(frames).toEqual(['[{"jsonrpc":"2.0","id":1,"result":[7]},{"jsonrpc":"2.0","id":"1","result":[7]}]']);
  });

  it('is another one as 1 than as 1.0: both may be in use at once [C5 C35]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const hold = (id: string): string => `{"jsonrpc":"2.0","id":${id},"method":"hold"}`;
    for (const id of ['1', '1.0', '"1"']) peer.send(hold(id));
    for (const count of [3, 2, 1]) (await heldCall(node, count)).release(count);
    expect(await exchange(peer)).toEqual([
      '{"jsonrpc":"2.0","id":"1","result":3}',
      '{"jsonrpc":"2.0","id":1.0,"result":2}',
      '{"jsonrpc":"2.0","id":1,"result":1}',
    ]);
  });

  it.each([
    ['\\u0069d', '"\\u0069d":7'],
    ['i\\u0064', '"i\\u0064":7'],
    ['\\u0069\\u0064', '"\\u0069\\u0064":7'],
  ])('is an id also when its name is written %s [C2]', async (_name, member) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = await exchange(peer, `{"jsonrpc":"2.0","method":"echo","params":{"id":8},${member}}`);
    expect(frames).toEqual(['{"jsonrpc":"2.0","id":7,"result":{"id":8}}']);
  });

  it('keeps its characters when its name is escaped and the params hold the same number [C2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = await exchange(peer, '{"jsonrpc":"2.0","method":"echo","params":{"id":7},"\\u0069d":7.0}');
    expect(frames).toEqual(['{"jsonrpc":"2.0","id":7.0,"result":{"id":7}}']);
  });

  it('is the last one when a frame names several, as JSON parsers read it [C2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = await exchange(peer, '{"id":1,"jsonrpc":"2.0","id":{"id":5},"method":"echo","params":{"id":9},"id":3.0}');
    expect(frames).toEqual(['{"jsonrpc":"2.0","id":3.0,"result":{"id":9}}']);
  });

  it('is not taken from params, from extra members or from strings [S4]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frames = [
      '{"jsonrpc":"2.0","method":"echo","params":{"id":1}}',
      '{"jsonrpc":"2.0","method":"echo","x":{"id":1},"y":"\\"id\\":2"}',
    ];
    expect(await exchange(peer, ...frames)).toEqual([]);
  });

  it('comes back in full when it is a long string with quotes and escapes [S4]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const id = `"\\${'x'.repeat(5000)}\u2028\u0000`;
    expect(await answerTo(peer, JSON.stringify({ id, jsonrpc: '2.0', method: 'echo', params: [7] }))).toMatchObject({ id, result: [7] });
  });

  it('reaches the handler as it was sent, big numbers as their digits [C2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const ids = ['1', '"1"', 'null', '0', '12345678901234567890'];
    const frames = await exchange(peer, ...ids.map((id) => `{"jsonrpc":"2.0","method":"id.of","id":${id}}`));
    const results = frames.map((frame) => (JSON.parse(frame) as { result: { id: unknown } }).result.id);
    expect(results).toEqual([1, '1', null, 0, '12345678901234567890']);
  });
});
