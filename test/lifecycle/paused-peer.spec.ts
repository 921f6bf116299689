/** Peers whose socket is not read, because too many of their calls run. */
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { SessionEnd } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class PollGateway {
  readonly aborted: unknown[] = [];
  readonly ends: SessionEnd[] = [];
  begun = 0;
  private finish: (() => void)[] = [];

  handleDisconnect(_session: unknown, end: SessionEnd): void {
    this.ends.push(end);
  }

  @RpcMethod()
  async poll(@RpcContext() { signal }: RpcContext): Promise<void> {
    this.begun++;
    await new Promise<void>((resolve) => {
      this.finish.push(resolve);
      signal.addEventListener('abort', () => {
        this.aborted.push((signal.reason as { code: unknown }).code);
        resolve();
      });
    });
  }

  finishAll(): void {
    for (const finish of this.finish) finish();
  }
}

const options = { limits: { inFlight: 2 }, heartbeat: { pingIntervalMs: 50, pongTimeoutMs: 50 } };
const poll = (id: number): unknown => ({ jsonrpc: '2.0', id, method: 'poll' });

describe('a peer whose socket is not read', () => {
  it('is noticed when it goes away, and none of its calls that waited is begun', async () => {
    await using node = await startNode({ providers: [PollGateway], options });
    const gateway = node.app.get(PollGateway);
    const peer = await node.connect();
    for (let id = 0; id < 50; id++) peer.send(poll(id));
    await eventually(() => expect(gateway.begun).toBe(2));
    peer.socket.terminate();
    await eventually(() => expect(gateway.aborted).toEqual(['disconnected', 'disconnected']));
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
    expect(gateway.ends).toMatchObject([{ code: 1006, by: 'peer', wasClean: false }]);
    expect(gateway.begun).toBe(2);
  });

  it('is not closed for pongs that nobody could read', async () => {
    await using node = await startNode({ providers: [PollGateway], options });
    const gateway = node.app.get(PollGateway);
    await using peer = await node.connect();
    let pings = 0;
    peer.socket.on('ping', () => pings++);
    for (let id = 0; id < 4; id++) peer.send(poll(id));
    await eventually(() => expect(gateway.begun).toBe(2));
    // Many times the time that a peer has to answer.
    const before = pings;
    await eventually(() => expect(pings).toBeGreaterThan(before + 10));
    gateway.finishAll();
    await eventually(() => expect(gateway.begun).toBe(4));
    gateway.finishAll();
    for (let id = 0; id < 4; id++) expect((await peer.response(id)).result).toBeNull();
    await peer.settled();
  });
});
