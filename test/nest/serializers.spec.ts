/** Nest's serializer around handlers: it makes plain objects of entities, and leaves finished JSON as it is. */
import { ClassSerializerInterceptor, UseInterceptors } from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { Exclude, Expose } from 'class-transformer';
import { RawJson, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

class User {
  readonly id = 7;

  @Exclude()
  readonly password = 'secret';

  @Expose()
  get name(): string {
    return `user ${this.id}`;
  }
}

@RpcGateway()
class SerializedGateway {
  @RpcMethod()
  user(): User {
    return new User();
  }

  @RpcMethod()
  users(): User[] {
    return [new User()];
  }

  @RpcMethod()
  raw(): RawJson {
    return RawJson.parse('{"digits":12345678901234567890}');
  }

  @RpcMethod()
  async later(): Promise<RawJson> {
    return RawJson.encode(['a']);
  }
}

@UseInterceptors(ClassSerializerInterceptor)
@RpcGateway('own')
class OwnGateway extends SerializedGateway {}

const APP_WIDE = {
  provide: APP_INTERCEPTOR,
  inject: [Reflector],
  useFactory: (reflector: Reflector) => new ClassSerializerInterceptor(reflector),
};

it.each([
  ['app-wide', '', [SerializedGateway, APP_WIDE]],
  ['of a class', 'own.', [OwnGateway]],
])('a serializer that is %s', async (_where, prefix, providers) => {
  await using node = await startNode({ providers });
  await using peer = await node.connect();
  const plain = { id: 7, name: 'user 7' };
  expect([await peer.result(`${prefix}user`), await peer.result(`${prefix}users`)]).toEqual([plain, [plain]]);
  expect(await peer.result(`${prefix}later`)).toEqual(['a']);
  await peer.request(`${prefix}raw`);
  expect(peer.frames.at(-1)).toContain('"result":{"digits":12345678901234567890}');
});
