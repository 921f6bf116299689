/** `@Roles()` and `@Public()` in a running app. */
import { UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticatedGuard, Public, Roles, RolesGuard, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { staticAuth } from './accounts.js';

@RpcGateway('admin')
@Roles('admin', 'owner')
class AdminGateway {
  @RpcMethod()
  wipe(): string {
    return 'wiped';
  }

  @RpcMethod()
  @Roles('auditor')
  audit(): string {
    return 'audited';
  }
}

@RpcGateway('open')
class OpenGateway {
  @RpcMethod()
  @Public()
  hello(): string {
    return 'hello';
  }

  @RpcMethod()
  @UseGuards(RolesGuard)
  anyone(): string {
    return 'anyone';
  }
}

it('lets pass who has one of the roles, and says to others what they lack', async () => {
  const guards = [AuthenticatedGuard, RolesGuard].map((useClass) => ({ provide: APP_GUARD, useClass }));
  await using node = await startNode({ providers: [AdminGateway, OpenGateway, ...guards], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  expect(await peer.result('open.hello')).toBe('hello');
  expect((await peer.request('admin.wipe')).error).toMatchObject({ code: -32001 });
  await peer.result('login', { accessToken: 'bob-token' });
  expect((await peer.request('admin.wipe')).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
  expect(await peer.result('open.anyone')).toBe('anyone');
  await peer.result('login', { accessToken: 'alice-token' });
  expect(await peer.result('admin.wipe')).toBe('wiped');
  expect((await peer.request('admin.audit')).error).toMatchObject({ code: -32003 });
});

it('can be taken from the module as a guard of one method', async () => {
  @RpcGateway('one')
  class OneGateway {
    @RpcMethod()
    @UseGuards(RolesGuard)
    @Roles('admin')
    act(): string {
      return 'done';
    }
  }
  await using node = await startNode({ providers: [OneGateway], options: { auth: staticAuth() } });
  await using peer = await node.connect();
  expect((await peer.request('one.act')).error).toMatchObject({ code: -32001 });
  await peer.result('login', { accessToken: 'alice-token' });
  expect(await peer.result('one.act')).toBe('done');
});
