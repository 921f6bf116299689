import { MessageBody } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

class Dto {
  @IsString()
  room!: string;
}

@RpcGateway()
class EchoGateway {
  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  dto(@MessageBody() dto: Dto): unknown {
    return dto instanceof Dto;
  }

  @RpcMethod()
  ctx(@RpcContext() call: RpcContext): unknown {
    return [call.id, call.method];
  }
}

it('answers', async () => {
  await using node = await startNode({
    providers: [EchoGateway],
    logger: console as never,
    options: { defaultTopicPolicy: 'allow' },
  });
  await using peer = await node.connect();
  expect(await peer.result('echo', [1, 2])).toEqual([1, 2]);
  console.log(await peer.request('dto', { room: 1 }), await peer.request('dto', { room: 'a' }), await peer.request('ctx'));
  console.log(await peer.request('subscribe', { topics: ['a', 'b'] }));
  expect(await node.hub.pushToTopic('a', 'x', { n: 1 })).toBe(1);
  console.log(await peer.push('x'), node.hub.stats());
});
