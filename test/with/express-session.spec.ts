import type { RequestListener } from 'node:http';
import { Controller, Post, Req } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Authenticator } from 'nestjs-realtime';
import { RpcCall, RpcContext, RpcMethod } from 'nestjs-realtime';
import { moduleFromPage } from '../docs/module-from-page.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

@Controller()
class LoginController {
  @Post('login')
  login(@Req() request: { session: { user?: string } }): string {
    request.session.user = 'ada';
    return 'ok';
  }
}

class Methods {
  @RpcMethod()
  whoami(@RpcContext() { session }: RpcCall): string | undefined {
    return session.principal?.userId;
  }
}

it('a login over HTTP signs the WebSocket in, by its cookie', async () => {
  const { sessions, SessionCookie } = await moduleFromPage<{ sessions: RequestListener; SessionCookie: Type<Authenticator> }>(
    'docs/with-other-libraries.md',
    'class SessionCookie',
  );
  await using node = await startNode({
    options: { auth: { authenticator: SessionCookie } },
    controllers: [LoginController],
    providers: [Methods],
    configure: (app) => (app as NestExpressApplication).use(sessions),
  });
  const response = await fetch(`http://127.0.0.1:${node.port}/login`, { method: 'POST' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await using ada = await RpcPeer.connect(node.url(), { headers: { cookie } });
  expect(await ada.result('whoami')).toBe('ada');
  await using nobody = await node.connect();
  expect(await nobody.result('whoami')).toBeNull();
  await using mallory = await RpcPeer.connect(node.url(), { headers: { cookie: 'connect.sid=s%3Aforged.x' } });
  expect(await mallory.result('whoami')).toBeNull();
});
