import { startConformanceNode } from './conformance-node.js';
import { answerTo, exchange } from './exchange.js';

const INVALID_REQUEST = -32600;

describe('the members of a request', () => {
  it.each([
    ['is missing', '{"method":"echo","id":1}'],
    ['is the number 2.0', '{"jsonrpc":2.0,"method":"echo","id":1}'],
    ['is "1.0"', '{"jsonrpc":"1.0","method":"echo","id":1}'],
    ['is "2"', '{"jsonrpc":"2","method":"echo","id":1}'],
    ['is "2.0 "', '{"jsonrpc":"2.0 ","method":"echo","id":1}'],
    ['is null', '{"jsonrpc":null,"method":"echo","id":1}'],
    ['is ["2.0"]', '{"jsonrpc":["2.0"],"method":"echo","id":1}'],
  ])('are refused with the id of the request when jsonrpc %s [R1 S4]', async (_case, frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ id: 1, error: { code: INVALID_REQUEST, reason: 'InvalidRequest' } });
  });

  it.each(['1', 'null', 'true', '["echo"]', '{"name":"echo"}'])('are refused when the method is %s [R2]', async (method) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const answer = await answerTo(peer, `{"jsonrpc":"2.0","method":${method},"id":1}`);
    expect(answer).toMatchObject({ id: 1, error: { code: INVALID_REQUEST } });
  });

  it('are refused when there is no method [R2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, '{"jsonrpc":"2.0","id":"a"}')).toMatchObject({ id: 'a', error: { code: INVALID_REQUEST } });
  });

  it('may hold an empty string as method, which is unknown [R2]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, '{"jsonrpc":"2.0","method":"","id":1}')).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  it.each(['null', '1', '"bar"', 'true', '0', '""', 'false'])('are refused when the params are %s [R4 C9]', async (params) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const answer = await answerTo(peer, `{"jsonrpc":"2.0","method":"echo","params":${params},"id":1}`);
    expect(answer).toMatchObject({ id: 1, error: { code: INVALID_REQUEST } });
  });

  it.each(['[]', '{}', '[null]', '[[1],{"a":2}]', '{"a":{"b":[1,"2",null]}}'])('may hold %s as params [R4]', async (params) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const answer = await answerTo(peer, `{"jsonrpc":"2.0","method":"echo","params":${params},"id":1}`);
    expect(answer).toEqual({ jsonrpc: '2.0', id: 1, result: JSON.parse(params) });
  });

  it('may come without params [R5]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, '{"jsonrpc":"2.0","method":"params.type","id":1}')).toMatchObject({ result: 'undefined' });
  });

  it('keep the order of params by position [R6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await peer.result('subtract', [42, 23])).toBe(19);
    expect(await peer.result('subtract', [23, 42])).toBe(-19);
  });

  it('are found by their exact names among params by name [R6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await peer.result('strict.subtract', { subtrahend: 23, minuend: 42 })).toBe(19);
    const refused = await peer.request('strict.subtract', { Minuend: 42, subtrahend: 23 });
    expect(refused.error).toMatchObject({ code: -32602, data: { errors: [{ path: 'minuend' }] } });
  });

  it.each([
    ['Method', '{"jsonrpc":"2.0","Method":"echo","id":1}', 1],
    ['METHOD', '{"jsonrpc":"2.0","METHOD":"echo","id":1}', 1],
    ['JSONRPC', '{"JSONRPC":"2.0","method":"echo","id":1}', 1],
    ['Jsonrpc and ID', '{"Jsonrpc":"2.0","method":"echo","ID":1}', null],
  ])('are not found under the name %s [R10]', async (_name, frame, id) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ id, error: { code: INVALID_REQUEST } });
  });

  it('are told apart by case: Params is no params, and Id makes no request [R10]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frame = '{"jsonrpc":"2.0","method":"params.type","Params":[1],"id":1}';
    expect(await answerTo(peer, frame)).toMatchObject({ result: 'undefined' });
    expect(await exchange(peer, '{"jsonrpc":"2.0","method":"echo","Id":1}')).toEqual([]);
  });

  it('may be accompanied by others that nobody knows [R11]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frame = '{"trace":{"id":7,"method":"x"},"jsonrpc":"2.0","meta":null,"method":"echo","params":[1],"id":1,"extra":[{"id":9}]}';
    expect(await answerTo(peer, frame)).toEqual({ jsonrpc: '2.0', id: 1, result: [1] });
  });

  it('are read in any order, with white space and with escapes [C1]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const frame = ' \r\n\t{ "params" : [ 1 ] ,\n"\\u006dethod" : "\\u0065cho" , "id" : 1 , "\\u006ason\\u0072pc" : "2.0" } \n';
    expect(await answerTo(peer, frame)).toEqual({ jsonrpc: '2.0', id: 1, result: [1] });
  });
});
