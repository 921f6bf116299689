import fc from 'fast-check';
import { readExactJson } from './exact-json.js';
import { ANSWERS } from './flooded.gateway.js';
import { differences } from './ledger.js';
import { judge } from './oracle.js';

const REQUEST = '{"jsonrpc":"2.0","method":"echo","params":[1],"id":1.0}';
const ANSWER = '{"jsonrpc":"2.0","id":1.0,"result":[1]}';

function faults(sent: readonly string[], received: readonly string[]): string[] {
  return differences(
    sent.map((text) => judge(text, ANSWERS)),
    received,
  );
}

describe('the oracle of the property tests', () => {
  it('finds nothing wrong with what the specification demands', () => {
    const sent = [REQUEST, '{', '[]', '{"jsonrpc":"2.0","method":"echo"}', `[${REQUEST},1]`, '{"id":1,"result":1}'];
    const error = (code: number): string => `{"jsonrpc":"2.0","id":null,"error":{"code":${code},"message":"x"}}`;
    expect(faults(sent, [error(-32700), ANSWER, error(-32600), `[${error(-32600)},${ANSWER}]`])).toEqual([]);
  });

  it.each([
    ['an answer that is missing', [REQUEST], []],
    ['an answer that comes twice', [REQUEST], [ANSWER, ANSWER]],
    ['an id with other digits', [REQUEST], ['{"jsonrpc":"2.0","id":1,"result":[1]}']],
    ['an id of another type', [REQUEST], ['{"jsonrpc":"2.0","id":"1.0","result":[1]}']],
    ['another result', [REQUEST], ['{"jsonrpc":"2.0","id":1.0,"result":[2]}']],
    ['an error instead of a result', [REQUEST], ['{"jsonrpc":"2.0","id":1.0,"error":{"code":-32600,"message":"x"}}']],
    ['a result and an error', [REQUEST], ['{"jsonrpc":"2.0","id":1.0,"result":[1],"error":null}']],
    ['neither', [REQUEST], ['{"jsonrpc":"2.0","id":1.0}']],
    ['another version', [REQUEST], ['{"jsonrpc":"1.0","id":1.0,"result":[1]}']],
    ['an answer to a notification', ['{"jsonrpc":"2.0","method":"echo"}'], ['{"jsonrpc":"2.0","id":null,"result":null}']],
    ['an answer to an answer', ['{"id":1,"error":{}}'], ['{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"x"}}']],
    ['a batch that is answered one by one', [`[${REQUEST}]`], [ANSWER]],
    ['an array where there was no batch', [REQUEST], [`[${ANSWER}]`]],
    ['an error without a message', ['{'], ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}']],
    ['a push that nobody asked for', [], ['{"jsonrpc":"2.0","method":"x"}']],
  ])('finds %s', (_case, sent, received) => {
    expect(faults(sent, received)).not.toEqual([]);
  });

  it('reads JSON as JSON.parse does, and keeps the digits', () => {
    const texts = fc.oneof(fc.json(), fc.string(), fc.stringMatching(/^[[\]{}":,0-9e.\\tru -]{0,20}$/));
    fc.assert(
      fc.property(texts, (text) => {
        expect(isJson(text, (json) => readExactJson(json))).toBe(isJson(text, (json) => JSON.parse(json)));
      }),
      { numRuns: 2_000 },
    );
    expect(readExactJson('[1.0,{"\\u0061":-1e2,"a":"\\n\\ud83d\\ude00"}]')).toEqual([
      expect.objectContaining({ text: '1.0' }),
      new Map([['a', '\n😀']]),
    ]);
  });
});

function isJson(text: string, read: (json: string) => unknown): boolean {
  try {
    read(text);
    return true;
  } catch {
    // Translated: both readers say no by throwing.
    return false;
  }
}
