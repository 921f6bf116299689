/** A method with `@Roles()` and no RolesGuard is open to everybody: the log names it when the app starts. */
import type { CanActivate, Type } from '@nestjs/common';
import { Controller, Get, Injectable, Scope, UseGuards } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Roles, RolesGuard, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway('a')
class OneGateway {
  @RpcMethod()
  @Roles('admin')
  closed(): void {}

  @RpcMethod()
  open(): void {}
}

@RpcGateway('b')
@Roles('admin')
class WholeGateway {
  @RpcMethod()
  inherited(): void {}
}

@WebSocketGateway()
class NestGateway {
  @SubscribeMessage('c')
  @Roles('admin')
  event(@MessageBody() body: unknown): unknown {
    return body;
  }
}

@Injectable()
class StrictRolesGuard extends RolesGuard {}

@Injectable({ scope: Scope.REQUEST })
class PatientRolesGuard extends RolesGuard {
  constructor(reflector: Reflector) {
    super(reflector);
  }
}

async function warnings(parts: NodeParts): Promise<string[]> {
  const logger = new CollectingLogger();
  const node = await startNode({ ...parts, logger });
  await node.app.close();
  return logger.lines.filter((line) => line.includes('@Roles()'));
}

it('in one warning, on whatever kind of gateway', async () => {
  const found = await warnings({ providers: [OneGateway, WholeGateway, NestGateway] });
  expect(found).toEqual([expect.stringContaining('OneGateway.closed, WholeGateway.inherited, NestGateway.event')]);
});

it('also if another guard stands there', async () => {
  const other: CanActivate = { canActivate: () => true };
  @RpcGateway()
  @UseGuards(other)
  class GuardedGateway extends OneGateway {}
  expect(await warnings({ providers: [GuardedGateway] })).toEqual([expect.stringContaining('GuardedGateway.closed')]);
});

it.each<[string, Type<RolesGuard> | RolesGuard]>([
  ['the class', RolesGuard],
  ['an object', new RolesGuard(new Reflector())],
  ['a class that extends it', StrictRolesGuard],
])('not if the guard stands on the method or its class: %s', async (_what, guard) => {
  @RpcGateway('d')
  @Roles('admin')
  @UseGuards(guard)
  class OnClass {
    @RpcMethod()
    act(): void {}
  }
  @RpcGateway('e')
  class OnMethod {
    @RpcMethod()
    @Roles('admin')
    @UseGuards(guard)
    act(): void {}
  }
  expect(await warnings({ providers: [OnClass, OnMethod] })).toEqual([]);
});

it.each<[string, NodeParts]>([
  ['APP_GUARD', { providers: [OneGateway, { provide: APP_GUARD, useClass: RolesGuard }] }],
  ['APP_GUARD with an object per request', { providers: [OneGateway, { provide: APP_GUARD, useClass: PatientRolesGuard }] }],
  ['useGlobalGuards()', { providers: [OneGateway], configure: (app) => void app.useGlobalGuards(new RolesGuard(new Reflector())) }],
])('not if it runs for the whole app: %s', async (_what, parts) => {
  expect(await warnings(parts)).toEqual([]);
});

it('not for what peers cannot call', async () => {
  @Controller()
  class Page {
    @Get()
    @Roles('admin')
    page(): string {
      return 'page';
    }
  }
  expect(await warnings({ controllers: [Page] })).toEqual([]);
});
