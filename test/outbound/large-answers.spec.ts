/** Answers that have more bytes than may wait: the call fails, the session does not. */
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';

const KB = 1024;
const BOUND = 64 * KB;

@RpcGateway('list')
class ListGateway {
  @RpcMethod()
  all({ bytes }: { bytes: number }): string {
    return 'x'.repeat(bytes);
  }

  @RpcMethod()
  async later({ bytes }: { bytes: number }): Promise<string> {
    return 'x'.repeat(bytes);
  }
}

const HIDDEN = { code: -32603, reason: 'InternalError', data: { errorId: expect.any(String) } };

describe('an answer that is larger than outbound.maxBytes', () => {
  it.each(['list.all', 'list.later'])('to %s is an error whose cause the log tells, and the session goes on', async (method) => {
    const logger = new CollectingLogger();
    await using node = await startNode({ providers: [ListGateway], logger, options: { outbound: { maxBytes: BOUND } } });
    await using peer = await node.connect();
    const { error } = await peer.request(method, { bytes: BOUND });
    expect(error).toMatchObject(HIDDEN);
    const { errorId } = error?.data as { errorId: string };
    const [line] = logger.errors.filter((entry) => entry.includes(errorId));
    expect(line).toMatch(new RegExp(`${method}: .*has \\d+ bytes.*outbound\\.maxBytes.*${BOUND}`));
    expect(await peer.result(method, { bytes: 60 * KB })).toHaveLength(60 * KB);
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
  });

  it('leaves the other items of its batch their answers', async () => {
    await using node = await startNode({
      providers: [ListGateway],
      logger: new CollectingLogger(),
      options: { outbound: { maxBytes: BOUND } },
    });
    await using peer = await node.connect();
    const item = (id: number, bytes: number): object => ({ jsonrpc: '2.0', id, method: 'list.all', params: { bytes } });
    peer.send([item(1, 30 * KB), item(2, 30 * KB), item(3, 30 * KB), item(4, 1)]);
    await peer.settled();
    const [frame = '[]'] = peer.frames;
    expect(JSON.parse(frame)).toMatchObject([
      { id: 1, result: expect.any(String) },
      { id: 2, result: expect.any(String) },
      { id: 3, error: HIDDEN },
      { id: 4, result: 'x' },
    ]);
  });

  it('has changed nothing: a session whose `subscribe` finds no room for its answer does not listen to the topics', async () => {
    await using node = await startNode({
      providers: [ListGateway],
      logger: new CollectingLogger(),
      options: { outbound: { maxBytes: 4 * KB }, defaultTopicPolicy: 'allow' },
    });
    await using peer = await node.connect();
    const topics = Array.from({ length: 20 }, (_unused, index) => `${index}:${'long'.repeat(20)}`);
    peer.send([
      { jsonrpc: '2.0', id: 1, method: 'list.all', params: { bytes: 3 * KB } },
      { jsonrpc: '2.0', id: 2, method: 'subscribe', params: { topics } },
    ]);
    await peer.settled();
    const frame = peer.frames.find((text) => text.startsWith('[')) ?? '[]';
    const answers = JSON.parse(frame) as { id: number }[];
    expect(answers.sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 1, result: expect.any(String) },
      { id: 2, error: HIDDEN },
    ]);
    expect(node.hub.stats().topics).toBe(0);
  });
});

describe('a batch whose answers could not leave together, even if all of them were errors', () => {
  const start = () => startNode({ providers: [ListGateway], logger: new CollectingLogger(), options: { outbound: { maxBytes: 4 * KB } } });
  const items = (count: number, bytes: number): object[] =>
    Array.from({ length: count }, (_unused, id) => ({ jsonrpc: '2.0', id, method: 'list.all', params: { bytes } }));

  it('is refused as a whole, with how many items would fit, and the session goes on', async () => {
    await using node = await start();
    await using peer = await node.connect();
    peer.send(items(20, 1));
    await peer.settled();
    expect(peer.messages[0]).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: expect.objectContaining({ code: -32600, data: { maxBatchItems: expect.any(Number) } }),
    });
    const { maxBatchItems } = peer.messages[0]?.error?.data as { maxBatchItems: number };
    expect(maxBatchItems).toBeGreaterThan(5);
    peer.send(items(maxBatchItems, 100));
    await peer.settled();
    const frame = peer.frames.find((text) => text.startsWith('[')) ?? '[]';
    const answers = JSON.parse(frame) as { result?: unknown; error?: unknown }[];
    expect(answers).toHaveLength(maxBatchItems);
    expect(answers.filter(({ result }) => result !== undefined)).not.toEqual([]);
    expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(4 * KB);
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
  });

  it('is served if nothing of it is to be answered', async () => {
    await using node = await start();
    await using peer = await node.connect();
    peer.send(Array.from({ length: 50 }, () => ({ jsonrpc: '2.0', method: 'list.all', params: { bytes: 1, pad: 'x'.repeat(100) } })));
    expect(await peer.result('list.all', { bytes: 1 })).toBe('x');
    expect(peer.frames).toHaveLength(1);
  });
});
