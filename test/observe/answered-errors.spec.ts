/** Observers hear of the error that was answered, whatever the handler meant to say. */
import { RpcContext, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
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

  @RpcMethod({ timeoutMs: 1 })
  async late(@RpcContext() { signal }: RpcContext): Promise<never> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('the database was slow, and then it failed');
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

describe('a handler that fails after its time was over', () => {
  it('is a fault of the server, told and logged with its stack', async () => {
    const log = new EventLog();
    const logger = new CollectingLogger();
    await using node = await startNode({ providers: [OverstatingGateway], options: { observers: [log.observer] }, logger });
    await using peer = await node.connect();
    expect((await peer.request('late')).error?.code).toBe(-32008);
    await eventually(() =>
      expect(log.of('fault')).toMatchObject([{ method: 'late', error: { message: expect.stringContaining('slow') } }]),
    );
    expect(logger.lines.join('\n')).toMatch(/late failed after its call was given up: Error: the database was slow[^\n]*\n +at /);
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
