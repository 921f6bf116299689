import { Injectable, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { RpcCall } from 'nestjs-realtime';
import { RpcMethod, rpcCallOf } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

@Injectable()
class BearerStrategy extends PassportStrategy(Strategy) {
  validate(token: string): { name: string } | false {
    return token === 's3cret' && { name: 'ada' };
  }
}

class BearerGuard extends AuthGuard('bearer') {
  override getRequest(context: ExecutionContext): unknown {
    // The call has the headers of the opening request, and takes what passport writes.
    return rpcCallOf(context);
  }
}

class Methods {
  @UseGuards(BearerGuard)
  @RpcMethod()
  whoami(_params: unknown, call: RpcCall & { user?: { name: string } }): unknown {
    return call.user?.name;
  }
}

it('a strategy of passport reads the opening request', async () => {
  await using node = await startNode({ imports: [PassportModule], providers: [BearerStrategy, Methods] });
  await using ada = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer s3cret' } });
  expect(await ada.result('whoami')).toBe('ada');
  await using mallory = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer guess' } });
  expect((await mallory.request('whoami')).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
});
