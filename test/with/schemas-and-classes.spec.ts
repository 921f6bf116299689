import { MessageBody } from '@nestjs/websockets';
import { IsInt } from 'class-validator';
import { RpcMethod } from 'nestjs-realtime';
import { z } from 'zod';
import { startNode } from '../support/start-node.js';

const Order = z.object({ sku: z.string(), count: z.number().int().positive() });

class PageDto {
  @IsInt()
  page!: number;
}

class Methods {
  @RpcMethod()
  order(@MessageBody({ schema: Order }) order: z.infer<typeof Order>): number {
    return order.count;
  }

  @RpcMethod()
  page(@MessageBody() { page }: PageDto): number {
    return page;
  }
}

it('zod and class-validator stand side by side, with one shape of errors', async () => {
  await using node = await startNode({ providers: [Methods] });
  await using peer = await node.connect();
  expect([await peer.result('order', { sku: 'a', count: 2 }), await peer.result('page', { page: 3 })]).toEqual([2, 3]);
  expect((await peer.request('order', { sku: 'a', count: 0 })).error).toMatchObject({
    code: -32602,
    data: { errors: [{ path: 'count' }] },
  });
  expect((await peer.request('page', { page: 'x' })).error).toMatchObject({ code: -32602, data: { errors: [{ path: 'page' }] } });
});
