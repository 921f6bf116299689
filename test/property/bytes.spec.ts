import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { arbitraryFrame } from './arbitrary-frames.js';
import { ANSWERS, FloodedGateway } from './flooded.gateway.js';
import { FrameSocket } from './frame-socket.js';
import { differences } from './ledger.js';
import { judge } from './oracle.js';

/** Connections that are open at the same time. */
const TOGETHER = 20;
const RUNS = 50;

const FENCE = '{"jsonrpc":"2.0","id":"fence","method":"later","params":["fence"]}';
const UPGRADE = ['GET /ws HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];

/** A frame of which some bytes were overwritten. */
const scratched = fc
  .tuple(arbitraryFrame, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }))
  .map(([text, edits]) => {
    const bytes = Buffer.from(text);
    for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
const anyBytes = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
const payload: fc.Arbitrary<Buffer> = fc.oneof(scratched, anyBytes);

/** The text of bytes as the wire counts it; undefined if they are not UTF-8. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Translated: this is how the decoder says no.
    return undefined;
  }
}

/** Sends bytes as one text frame on a connection of their own; what is wrong with what happens. */
async function faultsOf(url: string, bytes: Buffer): Promise<string[]> {
  await using client = await FrameSocket.connect(url);
  client.socket.send(bytes, { binary: false });
  const text = decoded(bytes);
  if (text === undefined) {
    const code = await client.closed;
    return code === 1007 && client.frames.length === 0
      ? []
      : [`closed with ${code} after ${client.frames.length} frames: ${bytes.toString('hex')}`];
  }
  const verdict = judge(text, ANSWERS);
  if (!(await client.has(verdict.shape === 'nothing' ? 0 : 1))) return [`no answer: ${text}`];
  client.send(FENCE);
  await client.has(client.frames.length + 1);
  return differences(
    [verdict],
    client.frames.filter((frame) => !frame.includes('"fence"')),
  );
}

/** Opens a WebSocket by hand and writes bytes that are no frames, or frames that never end. Resolves when the server has read them. */
async function writeRaw(node: RunningNode, bytes: Buffer): Promise<void> {
  const socket = connect(node.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(`${[...UPGRADE, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='].join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  socket.resume();
  socket.end(bytes);
  await closed;
}

/** Whether somebody else is served as if nothing had happened. */
async function answersBystander(bystander: FrameSocket): Promise<void> {
  const seen = bystander.frames.length;
  bystander.send(FENCE);
  await bystander.has(seen + 1);
  expect(bystander.frames.slice(seen)).toEqual(['{"jsonrpc":"2.0","id":"fence","result":["fence"]}']);
}

it('answers bytes that happen to be UTF-8 and closes with 1007 on all others [C8 C36]', async () => {
  await using node = await startNode({ providers: [FloodedGateway] });
  await using bystander = await FrameSocket.connect(node.url());
  const property = fc.asyncProperty(fc.array(payload, { minLength: TOGETHER, maxLength: TOGETHER }), async (payloads) => {
    const faults = await Promise.all(payloads.map((bytes) => faultsOf(node.url(), bytes)));
    expect(faults.flat()).toEqual([]);
    await answersBystander(bystander);
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
}, 60_000);

it('survives bytes that are no WebSocket frames', async () => {
  await using node = await startNode({ providers: [FloodedGateway] });
  await using bystander = await FrameSocket.connect(node.url());
  const property = fc.asyncProperty(fc.array(anyBytes, { minLength: TOGETHER, maxLength: TOGETHER }), async (writes) => {
    await Promise.all(writes.map((bytes) => writeRaw(node, bytes)));
    await answersBystander(bystander);
  });
  await fc.assert(property, { numRuns: 25, endOnFailure: true });
  await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 }));
}, 60_000);
