/** docs/protocol.md says what is on the wire. */
import { Disconnect, RPC_ERRORS } from 'nestjs-realtime';
import { BUILTIN_METHODS, BUILTIN_PUSHES } from 'nestjs-realtime-protocol';
import { startNode } from '../support/start-node.js';
import { replay } from './exchanges.js';
import { anchorsIn } from './links.js';
import { inBackticks, tableRows } from './markdown-tables.js';
import { blocksIn, codeBlocks, readPage } from './pages.js';
import { PROTOCOL_EXAMPLES } from './protocol-examples.js';

const PAGE = 'docs/protocol.md';
const page = readPage(PAGE);

describe('docs/protocol.md', () => {
  it.each(codeBlocks(PAGE, 'jsonrpc').map((block) => [block.line, block] as const))(
    'shows at line %i what happens',
    async (_line, block) => {
      await using node = await startNode(PROTOCOL_EXAMPLES);
      await using peer = await node.connect();
      await expect(replay(block, peer)).resolves.toBeUndefined();
    },
  );

  it('has the whole table of errors', () => {
    const rows = tableRows(page, 'code', 'reason').map(({ code, reason }) => [reason, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(Object.entries(RPC_ERRORS).map(([reason, { code }]) => [reason, code])));
  });

  it('names close codes as the library does, and says rightly who comes back', () => {
    const known = new Map(
      Object.values(Disconnect)
        .filter((row: unknown): row is Disconnect => row instanceof Disconnect)
        .map((row) => [row.reason, row]),
    );
    for (const { code, name = '', 'come back': comeBack } of tableRows(page, 'code', 'name')) {
      expect([name, Number(code), comeBack]).toEqual([name, known.get(name)?.code, known.get(name)?.comeBack ? 'yes' : 'no']);
    }
  });

  it('has a chapter for each method of the library and a row for each push', () => {
    expect(anchorsIn(page)).toEqual(expect.arrayContaining(Object.values(BUILTIN_METHODS)));
    expect(tableRows(page, 'push').flatMap(({ push = '' }) => inBackticks(push))).toEqual(Object.values(BUILTIN_PUSHES));
  });
});

describe('the replay', () => {
  it.each([
    [
      'another answer',
      '--> {"jsonrpc":"2.0","id":1,"method":"math.add","params":{"a":1,"b":1}}\n<-- {"jsonrpc":"2.0","id":1,"result":3}',
      ':4: the',
    ],
    [
      'an id with other digits',
      '--> {"jsonrpc":"2.0","id":1.0,"method":"math.forget"}\n<-- {"jsonrpc":"2.0","id":1,"result":null}',
      ':4: the',
    ],
    ['an answer that the page leaves out', '--> {"jsonrpc":"2.0","id":1,"method":"math.forget"}', 'also sent'],
    ['a line without an arrow', '{"jsonrpc":"2.0","id":1,"method":"math.forget"}', 'neither'],
  ])('finds %s', async (_case, text, fault) => {
    await using node = await startNode(PROTOCOL_EXAMPLES);
    await using peer = await node.connect();
    const [block] = blocksIn('made-up.md', `Made up\n\`\`\`jsonrpc\n${text}\n\`\`\``);
    await expect(replay(block ?? fail(), peer)).rejects.toThrow(fault);
  });
});

function fail(): never {
  throw new Error('no block was found');
}
