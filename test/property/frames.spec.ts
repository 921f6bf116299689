import fc from 'fast-check';
import { startNode } from '../support/start-node.js';
import { arbitraryFrame } from './arbitrary-frames.js';
import { ANSWERS, FloodedGateway } from './flooded.gateway.js';
import { FrameSocket } from './frame-socket.js';
import { differences } from './ledger.js';
import { judge } from './oracle.js';

/** Frames that are sent before anybody waits for an answer. */
const PIPELINED = 100;
const RUNS = 1_000;

const FENCE = '{"jsonrpc":"2.0","id":"fence","method":"later","params":["fence"]}';
const FENCE_ANSWER = '{"jsonrpc":"2.0","id":"fence","result":["fence"]}';

/** Sends frames in one go on a connection of their own; what is wrong with the answers. */
async function faultsOf(url: string, texts: readonly string[]): Promise<string[]> {
  await using socket = await FrameSocket.connect(url);
  const verdicts = texts.map((text) => judge(text, ANSWERS));
  for (const text of texts) socket.send(text);
  await socket.has(verdicts.filter(({ shape }) => shape !== 'nothing').length);
  // A later request, so that nothing which is still to come stays unseen.
  const seen = socket.frames.length;
  socket.send(FENCE);
  if (!(await socket.has(seen + 1))) return ['the session no longer answers'];
  const answers = socket.frames.filter((frame) => frame !== FENCE_ANSWER);
  return differences(verdicts, answers);
}

/** The faults with the frames that show them when they are sent alone. */
async function explained(url: string, texts: readonly string[], faults: readonly string[]): Promise<string[]> {
  const alone: string[] = [];
  for (const text of texts) alone.push(...(await faultsOf(url, [text])).map((fault) => `${fault} for ${JSON.stringify(text)}`));
  return [...faults, ...alone];
}

// Jest fails the running test on an unhandled rejection or an uncaught exception, also in the server: both live in this process.
it('answers 100,000 generated frames as the specification demands, and disturbs nobody else [N1 S1 S2 S3 S4 S8 B6 C6 C7 C8]', async () => {
  await using node = await startNode({ providers: [FloodedGateway], options: { limits: { inFlight: 16 } } });
  await using bystander = await FrameSocket.connect(node.url());
  const expected: string[] = [];
  const ask = async (): Promise<void> => {
    const id = expected.length;
    expected.push(`{"jsonrpc":"2.0","id":${id},"result":["of the bystander",${id}]}`);
    bystander.send(`{"jsonrpc":"2.0","id":${id},"method":"later","params":["of the bystander",${id}]}`);
    await bystander.has(expected.length);
  };
  await ask();
  // The answers that strangers invent must not settle it. Its id is the one that they guess first.
  const call = node.hub.find({ kind: 'all' })[0]?.call('ask', undefined, { timeoutMs: 0 });
  const outcome = call?.catch((error: unknown) => error);
  expected.push('{"jsonrpc":"2.0","id":1,"method":"ask"}');
  let sent = 0;
  const frames = fc.array(arbitraryFrame, { minLength: PIPELINED, maxLength: PIPELINED });
  const property = fc.asyncProperty(frames, async (texts) => {
    sent += texts.length;
    const [faults] = await Promise.all([faultsOf(node.url(), texts), ask()]);
    expect(faults.length > 0 ? await explained(node.url(), texts, faults) : []).toEqual([]);
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  bystander.send('{"jsonrpc":"2.0","id":1,"result":"answered by the bystander"}');
  expect(await outcome).toBe('answered by the bystander');
  expect(bystander.frames).toEqual(expected);
  expect(sent).toBeGreaterThanOrEqual(100_000);
}, 180_000);
