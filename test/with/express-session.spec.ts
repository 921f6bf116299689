import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Injectable, Post, Req } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import expressSession from 'express-session';
import type { Authenticator, OpeningRequest, Principal } from 'nestjs-realtime';
import { RpcCall, RpcContext, RpcMethod } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

const sessions = expressSession({ secret: 'change me', resave: false, saveUninitialized: false, cookie: { sameSite: 'strict' } });

/** The session of the cookie, as the middleware reads it for any request. */
function userOf(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const done = (fault?: unknown): void => {
      if (fault) reject(new Error('The session could not be read', { cause: fault }));
      else resolve((request as IncomingMessage & { session?: { user?: string } }).session?.user);
    };
    // Nothing is written: a session that a request brings is only read.
    sessions(request as never, {} as ServerResponse as never, done);
  });
}

@Injectable()
class SessionCookie implements Authenticator {
  /** No token is good: there are none. */
  authenticate(): null {
    return null;
  }

  async fromHandshake({ request }: OpeningRequest): Promise<Principal | null> {
    const userId = await userOf(request);
    return userId === undefined ? null : { userId };
  }
}

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
