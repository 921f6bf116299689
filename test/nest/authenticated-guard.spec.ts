/** The module's own guard: who passes it, where it can stand, and what @Public() opens. */
import type { ExecutionContext } from '@nestjs/common';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ConnectedSocket } from '@nestjs/websockets';
import { AuthenticatedGuard, Public, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway('auth')
class LoginGateway {
  @RpcMethod()
  @Public()
  async login(@MessageBody('userId') userId: string, @ConnectedSocket() session: Session): Promise<string> {
    await session.login({ userId });
    return userId;
  }

  @RpcMethod()
  async logout(@ConnectedSocket() session: Session): Promise<void> {
    await session.logout();
  }

  @RpcMethod()
  whoami(@ConnectedSocket() session: Session): string | undefined {
    return session.principal?.userId;
  }
}

@RpcGateway('open')
@Public()
class OpenGateway {
  @RpcMethod()
  hello(): string {
    return 'hello';
  }
}

@Controller()
class PageController {
  @Get('page')
  page(): string {
    return 'page';
  }
}

@RpcGateway('guarded')
@UseGuards(AuthenticatedGuard)
class GuardedGateway {
  @RpcMethod()
  secret(): string {
    return 'secret';
  }

  @RpcMethod()
  @Public()
  hello(): string {
    return 'hello';
  }
}

@WebSocketGateway()
class LegacyGateway {
  @SubscribeMessage('legacy.secret')
  @UseGuards(AuthenticatedGuard)
  secret(): string {
    return 'secret';
  }

  @SubscribeMessage('legacy.open')
  open(): string {
    return 'open';
  }
}

const UNAUTHORIZED = { code: -32001, reason: 'Unauthorized', message: expect.any(String) };

const global: [string, NodeParts][] = [
  ['APP_GUARD and useClass', { providers: [{ provide: APP_GUARD, useClass: AuthenticatedGuard }] }],
  ['APP_GUARD and useExisting', { providers: [{ provide: APP_GUARD, useExisting: AuthenticatedGuard }] }],
  ['useGlobalGuards', { configure: (app) => void app.useGlobalGuards(new AuthenticatedGuard(app.get(Reflector))) }],
  ['useGlobalGuards and the provider', { configure: (app) => void app.useGlobalGuards(app.get(AuthenticatedGuard)) }],
];

describe.each(global)('as a global guard, by %s', (_way, { providers = [], ...parts }) => {
  it('lets anonymous sessions call public methods only, and everybody once signed in', async () => {
    await using node = await startNode({ ...parts, providers: [...providers, LoginGateway, OpenGateway] });
    await using peer = await node.connect();
    expect((await peer.request('auth.whoami')).error).toEqual(UNAUTHORIZED);
    expect(await peer.result('open.hello')).toBe('hello');
    expect(await peer.result('auth.login', { userId: 'ann' })).toBe('ann');
    expect(await peer.result('auth.whoami')).toBe('ann');
    await peer.result('auth.logout');
    expect((await peer.request('auth.whoami')).error).toEqual(UNAUTHORIZED);
  });

  it('leaves heartbeat open and guards subscribe', async () => {
    await using node = await startNode({
      ...parts,
      providers: [...providers, LoginGateway],
      options: { defaultTopicPolicy: 'allow' },
    });
    await using peer = await node.connect();
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
    expect((await peer.request('subscribe', { topics: ['a'] })).error).toEqual(UNAUTHORIZED);
    await peer.result('auth.login', { userId: 'ann' });
    expect(await peer.result('subscribe', { topics: ['a'] })).toEqual({ subscribed: ['a'] });
  });

  it('is not in the way of HTTP', async () => {
    await using node = await startNode({ ...parts, providers, controllers: [PageController] });
    expect(await (await fetch(`http://127.0.0.1:${node.port}/page`)).text()).toBe('page');
  });

  it('signs in one session and no other', async () => {
    await using node = await startNode({ ...parts, providers: [...providers, LoginGateway] });
    await using one = await node.connect();
    await using two = await node.connect();
    await one.result('auth.login', { userId: 'ann' });
    expect((await two.request('auth.whoami')).error).toEqual(UNAUTHORIZED);
  });
});

it('stands before a class, and @Public() opens one of its methods', async () => {
  await using node = await startNode({ providers: [GuardedGateway] });
  await using peer = await node.connect();
  expect((await peer.request('guarded.secret')).error).toEqual(UNAUTHORIZED);
  expect(await peer.result('guarded.hello')).toBe('hello');
});

it('finds @Public() of a class on those that extend it, as metadata of Nest is found', async () => {
  @RpcGateway('heir')
  class Heir extends OpenGateway {
    @RpcMethod()
    more(): string {
      return 'open as well';
    }
  }
  await using node = await startNode({ providers: [Heir, { provide: APP_GUARD, useClass: AuthenticatedGuard }] });
  await using peer = await node.connect();
  expect(await peer.result('heir.more')).toBe('open as well');
});

it('stands before a method of an existing gateway', async () => {
  await using node = await startNode({ providers: [LegacyGateway] });
  await using peer = await node.connect();
  expect((await peer.request('legacy.secret')).error).toEqual(UNAUTHORIZED);
  expect(await peer.result('legacy.open')).toBe('open');
});

it('guards subscribe too, where it runs for the whole app, unless one that extends it leaves that to the policies', async () => {
  class PolicyGuard extends AuthenticatedGuard {
    override canActivate(context: ExecutionContext): boolean {
      return context.switchToWs().getPattern() === 'subscribe' || super.canActivate(context);
    }
  }
  const answers = [];
  for (const guard of [AuthenticatedGuard, PolicyGuard]) {
    const configure: NodeParts['configure'] = (app) => void app.useGlobalGuards(new guard(new Reflector()));
    await using node = await startNode({ options: { defaultTopicPolicy: 'allow' }, configure });
    await using peer = await node.connect();
    const { result, error } = await peer.request('subscribe', { topics: ['news'] });
    answers.push(result ?? error?.reason);
  }
  expect(answers).toEqual(['Unauthorized', { subscribed: ['news'] }]);
});
