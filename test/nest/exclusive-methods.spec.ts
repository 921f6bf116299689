import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { Latch } from './latch.js';

const gate = new Latch();

@RpcGateway('sign')
class SignGateway {
  @RpcMethod('in', { exclusive: true })
  async in(@MessageBody('user') user: string, @ConnectedSocket() session: Session): Promise<string> {
    if (user === 'slow') await gate.opened;
    await session.login({ userId: user });
    return user;
  }

  @RpcMethod()
  who(@ConnectedSocket() session: Session): string | undefined {
    return session.principal?.userId;
  }
}

describe('an exclusive method', () => {
  it('lets the calls behind it wait, so that sign-ins settle in the order in which they were sent', async () => {
    await using node = await startNode({ providers: [SignGateway] });
    await using peer = await node.connect();
    const answers = [peer.request('sign.in', { user: 'slow' }), peer.request('sign.in', { user: 'quick' }), peer.request('sign.who')];
    await using other = await node.connect();
    expect(await other.result('sign.who')).toBeNull();
    expect(peer.frames).toEqual([]);
    gate.open();
    expect((await Promise.all(answers)).map(({ result }) => result)).toEqual(['slow', 'quick', 'quick']);
  });
});
