import { startConformanceNode } from './conformance-node.js';
import { answerTo, answersTo, exchange } from './exchange.js';

const BIG_FRAMES = { options: { limits: { frameBytes: 8 * 1024 * 1024 } } };

/** Arrays inside arrays. */
function arrays(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** A request that is nested so deep, the frame itself counted as 1. */
function nested(depth: number): string {
  return `{"jsonrpc":"2.0","id":1,"method":"echo","params":${arrays(depth - 1)}}`;
}

describe('a frame that is nested', () => {
  it('64 levels deep is served, 65 levels deep is refused [C21]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, nested(64))).toEqual({ jsonrpc: '2.0', id: 1, result: JSON.parse(arrays(63)) });
    expect(await answerTo(peer, nested(65))).toMatchObject({ id: null, error: { code: -32600, data: { maxDepth: 64 } } });
  });

  it('as deep as the option says is served, and no deeper [C21]', async () => {
    await using node = await startConformanceNode({ options: { limits: { jsonDepth: 4 } } });
    await using peer = await node.connect();
    expect(await answerTo(peer, nested(4))).toMatchObject({ id: 1, result: [[[]]] });
    expect(await answerTo(peer, nested(5))).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
    ['arrays of objects', '[{"a":', '}]'],
  ])('100,000 levels deep in %s is refused within 50 ms [C21]', async (_case, open, close) => {
    await using node = await startConformanceNode(BIG_FRAMES);
    await using peer = await node.connect();
    const inner = open === '[' ? '' : '1';
    const frame = `{"jsonrpc":"2.0","id":1,"method":"echo","params":${open.repeat(100_000)}${inner}${close.repeat(100_000)}}`;
    const blocks: number[] = [];
    // The shortest of three, because the machine may be busy with something else.
    for (let round = 0; round < 3; round++) {
      const refuse = async (): Promise<void> => {
        expect(await answerTo(peer, frame)).toMatchObject({ id: null, error: { code: -32600 } });
      };
      blocks.push(await longestBlockWhile(refuse));
    }
    expect(Math.min(...blocks)).toBeLessThan(50);
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it.each([
    ['only opens', '['.repeat(100_000)],
    ['only closes', ']'.repeat(100_000)],
    ['closes too often', `${'['.repeat(1_000)}${']'.repeat(1_001)}`],
    ['never ends a string', `${'['.repeat(1_000)}"${']'.repeat(1_000)}`],
  ])('and %s is not JSON [C21 C8]', async (_case, frame) => {
    await using node = await startConformanceNode(BIG_FRAMES);
    await using peer = await node.connect();
    expect(await answerTo(peer, frame)).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it('too deep in a batch is refused as a whole, with one error [C21]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await answerTo(peer, `[${nested(64)},{"jsonrpc":"2.0","id":2,"method":"echo"}]`)).toMatchObject({
      id: null,
      error: { code: -32600 },
    });
  });

  it('too deep is refused also where it is a notification or an answer: nobody has read it [C21]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const deep = arrays(100);
    const frames = await exchange(peer, `{"jsonrpc":"2.0","method":"echo","params":${deep}}`, `{"jsonrpc":"2.0","id":1,"result":${deep}}`);
    expect(frames.map((frame) => (JSON.parse(frame) as { error: { code: number } }).error.code)).toEqual([-32600, -32600]);
  });

  it('only in the characters of a string is flat [C21]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const text = `${'[{'.repeat(500)}\\"${'[{'.repeat(500)}\\\\`;
    const answer = await answerTo(peer, `{"jsonrpc":"2.0","id":1,"method":"echo","params":["${text}"]}`);
    expect(answer).toMatchObject({ id: 1, result: [JSON.parse(`"${text}"`)] });
  });
});

describe('a frame as deep as limits.jsonDepth may ever be', () => {
  it('that names __proto__ is walked and answered, and the process lives [C22]', async () => {
    await using node = await startConformanceNode({ options: { limits: { jsonDepth: 1_000 } } });
    await using peer = await node.connect();
    const around = (value: string): string =>
      `{"jsonrpc":"2.0","id":1,"method":"echo","params":${'['.repeat(998)}${value}${']'.repeat(998)}}`;
    expect(await answerTo(peer, around('"__proto__"'))).toMatchObject({ id: 1, result: [[[expect.anything()]]] });
    expect(await answerTo(peer, around('{"__proto__":1}'))).toMatchObject({ id: 1, error: { code: -32602 } });
    expect(await answerTo(peer, around('[[]]'))).toMatchObject({ id: null, error: { code: -32600 } });
  });
});

describe('a member named __proto__', () => {
  const SPELLINGS = ['__proto__', '\\u005f_proto__', '__pr\\u006fto__', '\\u005F\\u005F\\u0070\\u0072\\u006F\\u0074\\u006F\\u005F\\u005F'];

  it.each(SPELLINGS)('written %s is refused in params and changes no prototype [C22]', async (name) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const params = [`{"${name}":{"polluted":1}}`, `{"a":{"${name}":{"polluted":1}}}`, `[{"${name}":{"polluted":1}}]`, `{"${name}":null}`];
    for (const [id, text] of params.entries()) {
      const answer = await answerTo(peer, `{"jsonrpc":"2.0","id":${id},"method":"merge","params":${text}}`);
      expect(answer).toMatchObject({ id, error: { code: -32602 } });
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is refused in the items of a batch that hold it, and in no others [C22]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const bad = '{"jsonrpc":"2.0","id":1,"method":"merge","params":{"__proto__":{"polluted":1}}}';
    const good = '{"jsonrpc":"2.0","id":2,"method":"merge","params":{"a":1}}';
    const answers = await answersTo(peer, `[${bad},${good}]`);
    expect(answers).toMatchObject([
      { id: 1, error: { code: -32602 } },
      { id: 2, result: { polluted: null, keys: ['a'] } },
    ]);
  });

  it('changes nothing where it stands in the message itself [C22]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const inherited = '{"__proto__":{"jsonrpc":"2.0","method":"echo","id":1}}';
    expect(await answerTo(peer, inherited)).toMatchObject({ id: null, error: { code: -32600 } });
    const beside = '{"jsonrpc":"2.0","method":"echo","id":1,"__proto__":{"params":[1],"result":1,"error":{}}}';
    expect(await answerTo(peer, beside)).toEqual({ jsonrpc: '2.0', id: 1, result: null });
  });

  it('may be a value, a part of a name or a name in capitals [C22]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    for (const params of [
      '["__proto__"]',
      '{"a":"__proto__"}',
      '{"x__proto__":1}',
      '{"__PROTO__":1}',
      '{"constructor":{"prototype":{"a":1}}}',
    ]) {
      const answer = await answerTo(peer, `{"jsonrpc":"2.0","id":1,"method":"echo","params":${params}}`);
      expect(answer).toMatchObject({ id: 1, result: JSON.parse(params) });
    }
  });
});

/** What this process has had of the processors, in ms: it stands still while they have other work. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The longest time that the event loop of this process did nothing else, in ms of the processor. */
async function longestBlockWhile(action: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = processorMs();
  let done = false;
  const watch = (): void => {
    const now = processorMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(watch);
  };
  setImmediate(watch);
  await action();
  done = true;
  return longest;
}
