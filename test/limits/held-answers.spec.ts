/** Answers that wait for the rest of their batches. */
import { RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import type { WireMessage } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

const KB = 1024;
const MAX_BYTES = 256 * KB;

class Batched {
  private readonly waiting: (() => void)[] = [];

  @RpcMethod('slow')
  slow(): Promise<string> {
    return new Promise((resolve) => this.waiting.push(() => resolve('slow')));
  }

  @RpcMethod('big')
  big(): string {
    return 'x'.repeat(20 * KB);
  }

  get held(): number {
    return this.waiting.length;
  }

  letGo(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const batch = (name: number): object[] => [
  { jsonrpc: '2.0', id: `${name}/slow`, method: 'slow' },
  ...Array.from({ length: 8 }, (_, n) => ({ jsonrpc: '2.0', id: `${name}/${n}`, method: 'big' })),
];

it('are bounded over all batches of a session; what does not fit is an error, and nothing is kept when they have left', async () => {
  const logger = new CollectingLogger();
  await using node = await startNode({ providers: [Batched], options: { outbound: { maxBytes: MAX_BYTES } }, logger });
  await using peer = await node.connect();
  const batched = node.app.get(Batched);
  const answersOf = (): WireMessage[] => peer.frames.flatMap((frame) => JSON.parse(frame) as WireMessage[]);
  for (let name = 0; name < 20; name++) peer.send(batch(name));
  await eventually(() => expect(batched.held).toBe(20));
  batched.letGo();
  await eventually(() => expect(answersOf().length).toBe(20 * 9));
  const answers = answersOf();
  expect(peer.frames.reduce((sum, frame) => sum + frame.length, 0)).toBeLessThan(MAX_BYTES + 20 * 9 * 256);
  const served = answers.filter(({ result }) => typeof result === 'string' && result.length === 20 * KB);
  expect(served.length).toBe(12);
  expect(answers.filter(({ error }) => error?.reason === 'InternalError').length).toBe(20 * 8 - 12);
  expect(answers.filter(({ result }) => result === 'slow').length).toBe(20);
  expect(logger.errors.join('\n')).toContain('outbound.maxBytes leaves room for');

  peer.send(batch(20));
  await eventually(() => expect(batched.held).toBe(1));
  batched.letGo();
  await eventually(() => expect(answersOf().length).toBe(21 * 9));
  expect(
    answersOf()
      .slice(-9)
      .every(({ error }) => error === undefined),
  ).toBe(true);
});
