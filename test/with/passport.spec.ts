import { Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { PassportModule, PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { RpcCall } from 'nestjs-realtime';
import { RpcMethod } from 'nestjs-realtime';
import { moduleFromPage } from '../docs/module-from-page.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

@Injectable()
class BearerStrategy extends PassportStrategy(Strategy) {
  validate(token: string): { name: string } | false {
    return token === 's3cret' && { name: 'ada' };
  }
}

it('a strategy of passport reads the opening request', async () => {
  const { BearerGuard } = await moduleFromPage<{ BearerGuard: Type<CanActivate> }>('docs/with-other-libraries.md', 'class BearerGuard');

  class Methods {
    @UseGuards(BearerGuard)
    @RpcMethod()
    whoami(_params: unknown, call: RpcCall & { user?: { name: string } }): unknown {
      return call.user?.name;
    }
  }

  await using node = await startNode({ imports: [PassportModule], providers: [BearerStrategy, Methods] });
  await using ada = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer s3cret' } });
  expect(await ada.result('whoami')).toBe('ada');
  await using mallory = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer guess' } });
  expect((await mallory.request('whoami')).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
});
