/** Frames as peers send them, as they should not send them, and noise. */
import fc from 'fast-check';

const SPACES = fc.constantFrom('', '', '', ' ', '\n', '\t \r\n');

const escapedText = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => {
  const units = Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`);
  return `"${units.join('')}"`;
});
const plainText = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text));

const idText = fc.oneof(
  { weight: 6, arbitrary: fc.integer().map(String) },
  { weight: 3, arbitrary: fc.maxSafeInteger().map(String) },
  { weight: 3, arbitrary: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String) },
  { weight: 4, arbitrary: plainText },
  { weight: 2, arbitrary: escapedText },
  { weight: 2, arbitrary: fc.uuid().map((id) => `"${id}"`) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((id) => JSON.stringify(id)) },
  { weight: 2, arbitrary: fc.constantFrom('0', '-0', '1', '"1"', '""', 'null', '1.0', '-1.50', '1e2', '1E+2', '0.0', '1e999', '"null"') },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', '[]', '[1]', '{}', '{"id":1}', '"\\ud800"') },
);

const METHODS = ['"echo"', '"later"', '"nothing"', '"boom"', '"refuse"', '"\\u0065cho"'];
const methodText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...METHODS) },
  { weight: 1, arbitrary: fc.constantFrom('"constructor"', '"__proto__"', '"toString"', '"rpc.on"', '"$/x"', '"Echo"', '""') },
  { weight: 1, arbitrary: plainText },
  { weight: 1, arbitrary: fc.constantFrom('1', 'null', '["echo"]', '{}', 'true') },
);

const jsonText = fc.json({ maxDepth: 2, noUnicodeString: false });
const paramsText = fc.oneof(
  { weight: 4, arbitrary: jsonText.map((value) => `[${value}]`) },
  { weight: 3, arbitrary: fc.tuple(plainText, jsonText).map(([name, value]) => `{${name}:${value},"id":7}`) },
  { weight: 1, arbitrary: fc.constantFrom('[]', '{}', '[[[[]]]]', '{"id":1.0}', '["\\"id\\":5"]', '{"x\\"id":3}') },
  { weight: 1, arbitrary: jsonText },
  { weight: 1, arbitrary: fc.constantFrom('{"__proto__":1}', '[{"a":{"\\u005f_proto__":{}}}]', '["__proto__"]', '{"__proto":1}') },
  { weight: 1, arbitrary: fc.integer({ min: 50, max: 80 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)) },
);

const versionText = fc.oneof(
  { weight: 20, arbitrary: fc.constant('"2.0"') },
  { weight: 1, arbitrary: fc.constantFrom('"1.0"', '2.0', '"2.0 "', 'null', '["2.0"]') },
);

function member(name: string, value: fc.Arbitrary<string>, { in: among = 1 } = {}): fc.Arbitrary<string | null> {
  return fc.option(value, { freq: among }).map((text) => (text === null ? null : `${name}:${text}`));
}

/** One message: most often a request, with its members in any order and now and then without one of them. */
const message: fc.Arbitrary<string> = fc
  .record({
    version: member('"jsonrpc"', versionText, { in: 30 }),
    id: fc.oneof({ weight: 9, arbitrary: member('"id"', idText, { in: 6 }) }, { weight: 1, arbitrary: member('"\\u0069d"', idText) }),
    method: member('"method"', methodText, { in: 30 }),
    params: member('"params"', paramsText, { in: 4 }),
    extra: fc.oneof(
      { weight: 12, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: fc.constantFrom('"trace":{"id":3}', '"Id":1', '"ID":2', '"x":"\\"id\\":4"', '"id":5.50', '"params":[9]') },
      { weight: 1, arbitrary: fc.constantFrom('"result":1', '"error":null', '"result":{"id":1}') },
    ),
    rotation: fc.nat({ max: 119 }),
    space: SPACES,
  })
  .map(({ version, id, method, params, extra, rotation, space }) => {
    const members = permuted([version, id, method, params, extra], rotation).filter((text) => text !== null);
    return `${space}{${space}${members.join(`${space},${space}`)}${space}}${space}`;
  });

const cancel = fc
  .tuple(fc.boolean(), idText)
  .map(([lsp, id]) =>
    lsp ? `{"method":"$/cancelRequest","params":{"id":${id}}` : `{"method":"notifications/cancelled","params":{"requestId":${id}}`,
  )
  .map((head) => `${head},"jsonrpc":"2.0"}`);

const item = fc.oneof({ weight: 8, arbitrary: message }, { weight: 1, arbitrary: jsonText }, { weight: 1, arbitrary: cancel });
const batch = fc.oneof(
  { weight: 9, arbitrary: fc.array(item, { maxLength: 5 }).map((items) => `[${items.join(',')}]`) },
  { weight: 1, arbitrary: fc.integer({ min: 48, max: 53 }).map((count) => `[${Array(count).fill('1').join(',')}]`) },
  { weight: 1, arbitrary: message.map((text) => `[[${text}],${text}]`) },
);

/** A message with characters lost, doubled, swapped for others, or put in. */
const damaged = fc
  .tuple(
    fc.oneof(message, batch),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ':', ',', '0', 'e', '-', '\u0000', '😀')), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([text, edits]) => {
    let result = text;
    for (const [position, insert] of edits) {
      const at = position % (result.length + 1);
      result = result.slice(0, at) + insert + result.slice(at + (position % 3));
    }
    return result;
  });

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 30 }),
  fc.stringMatching(/^[[\]{}":,0-9e.\\-]{0,40}$/),
  jsonText,
);

/** The text of one frame. */
export const arbitraryFrame: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 12, arbitrary: message },
    { weight: 3, arbitrary: batch },
    { weight: 3, arbitrary: damaged },
    { weight: 2, arbitrary: noise },
    { weight: 1, arbitrary: cancel },
  )
  // Half surrogate pairs do not survive UTF-8; what arrives is what counts.
  .map((text) => Buffer.from(text).toString());

/** One of the orders in which five members can stand. */
function permuted<T>(items: readonly T[], rotation: number): T[] {
  const rest = [...items];
  let code = rotation;
  return items.map(() => {
    const [taken] = rest.splice(code % rest.length, 1);
    code = Math.floor(code / (rest.length + 1));
    return taken as T;
  });
}
