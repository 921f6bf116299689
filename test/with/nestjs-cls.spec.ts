import { Injectable } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ClsInterceptor, ClsModule, ClsService } from 'nestjs-cls';
import type { RpcCall } from 'nestjs-realtime';
import { RpcMethod, rpcCallOf } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

@Injectable()
class Orders {
  constructor(private readonly cls: ClsService) {}

  whose(): string | undefined {
    return this.cls.get<string | undefined>('user');
  }
}

@Injectable()
class Methods {
  readonly ends: unknown[] = [];

  constructor(
    private readonly orders: Orders,
    private readonly cls: ClsService,
  ) {}

  @RpcMethod()
  async mine({ after }: { after: number }, { session }: RpcCall): Promise<unknown> {
    session.onClose(() => this.ends.push(this.cls.isActive()));
    for (let turn = 0; turn < after; turn++) await new Promise((resolve) => setImmediate(resolve));
    return this.orders.whose();
  }
}

it('nestjs-cls has a store for each call, and none outside', async () => {
  let count = 0;
  await using node = await startNode({
    imports: [
      ClsModule.forRoot({
        global: true,
        interceptor: { mount: false, setup: (cls, context) => cls.set('user', `${rpcCallOf(context).method} ${++count}`) },
      }),
    ],
    providers: [Orders, Methods, { provide: APP_INTERCEPTOR, useClass: ClsInterceptor }],
  });
  const peer = await node.connect();
  const answers = await Promise.all([3, 0, 2, 1].map((after) => peer.result('mine', { after })));
  expect(answers).toEqual(['mine 1', 'mine 2', 'mine 3', 'mine 4']);
  peer.send([5, 6].map((id) => ({ jsonrpc: '2.0', id, method: 'mine', params: { after: id % 2 } })));
  await peer.settled();
  const batch = JSON.parse(peer.frames.find((frame) => frame.startsWith('[')) ?? '[]') as { result: string }[];
  expect(batch.map(({ result }) => result).sort()).toEqual(['mine 5', 'mine 6']);
  const { ends } = node.app.get(Methods);
  const closed = peer.closed;
  peer.socket.close();
  await closed;
  await node.app.close();
  expect(ends).toEqual([false, false, false, false, false, false]);
});
