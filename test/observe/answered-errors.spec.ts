/** Observers hear of the error that was answered, whatever the handler meant to say. */
import { RpcContext, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { EventLog } from './event-log.js';

@RpcGateway()
class OverstatingGateway {
  @RpcMethod()
  large(): never {
    throw RpcError.of('Conflict', 'Too much to say', { pad: 'x'.repeat(2_000_000) });
  }

  @RpcMethod()
  circle(): never {
    const data: Record<string, unknown> = {};
    data['data'] = data;
    throw new RpcError(7, 'Round and round', { data });
  }

  @RpcMethod()
  leave(@RpcContext() { session }: RpcContext): string {
    session.close();
    return 'never sent';
  }
}

describe('an error that cannot be sent', () => {
  it.each(['large', 'circle'])('is told as the InternalError that took its place: %s', async (method) => {
    const log = new EventLog();
    await using node = await startNode({ providers: [OverstatingGateway], options: { observers: [log.observer] } });
    await using peer = await node.connect();
    const { error } = await peer.request(method);
    const { errorId } = error?.data as { errorId: string };
    expect(error).toMatchObject({ code: -32603, reason: 'InternalError' });
    expect(log.of('callEnded')).toMatchObject([{ method, outcome: 'error', code: -32603, errorId }]);
    expect(log.of('fault')).toMatchObject([{ method, errorId, error: expect.any(RpcError) }]);
  });
});

describe('a call whose handler ends its own session', () => {
  it('is told as disconnected: nobody is answered', async () => {
    const log = new EventLog();
    await using node = await startNode({ providers: [OverstatingGateway], options: { observers: [log.observer] } });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 1, method: 'leave' });
    expect((await peer.closed).code).toBe(1000);
    expect(log.of('callEnded').map(({ outcome }) => outcome)).toEqual(['disconnected']);
  });
});
