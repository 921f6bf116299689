/** A fault whose message quotes what a peer sent reaches the log on one line; only the places of its stack follow. */
import { MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class QuotingGateway {
  @RpcMethod()
  find(@MessageBody('name') name: string): never {
    throw new Error(`nobody is called ${name}`);
  }
}

const FORGED = 'x\n    at forged (file:1:1)\n[Nest] ERROR forged\u001b[31m';

it('lets no peer write a line of its own through the message of a fault', async () => {
  const logger = new CollectingLogger();
  await using node = await startNode({ providers: [QuotingGateway], logger });
  await using peer = await node.connect();
  expect((await peer.request('find', { name: FORGED })).error?.code).toBe(-32603);
  const text = logger.lines.join('\n');
  expect(text).toContain('nobody is called x\\u{a}');
  for (const line of text.split('\n')) expect(line).not.toMatch(/^\s*(?:at forged|\[Nest\] ERROR forged)/);
  expect(text).not.toContain('\u001b[31m');
});
