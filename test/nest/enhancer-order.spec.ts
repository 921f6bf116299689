/** The order of guards, interceptors, pipes and filters is Nest's own: the same handler is asked over HTTP and over RPC. */
import { Body, Catch, Controller, Post, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter, INestApplication } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { RpcError, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import { JOURNAL, Journal, SCOPES, guard, interceptor, pipe } from './recording-enhancers.js';
import type { Scope } from '@nestjs/common';

/** As much of a response of Express as is needed here. */
interface JsonResponse {
  status(code: number): { json(body: object): void };
}

class Left extends Error {}
class Right extends Error {}

/** Answers on both roads, so that the roads can be compared. */
function answering(name: string, ...caught: (new () => Error)[]): new () => ExceptionFilter {
  @Catch(...caught)
  class AnsweringFilter implements ExceptionFilter {
    catch(_error: unknown, host: ArgumentsHost): void {
      if (host.getType() === 'ws') throw new RpcError(4000, name);
      host.switchToHttp().getResponse<JsonResponse>().status(500).json({ message: name });
    }
  }
  return AnsweringFilter;
}

function controllerOf(scope: Scope): new () => object {
  @Controller('order')
  @UseGuards(guard('class 1', scope), guard('class 2', scope))
  @UseInterceptors(interceptor('class 1', scope), interceptor('class 2', scope))
  @UsePipes(pipe('class 1', scope), pipe('class 2', scope))
  @UseFilters(answering('class'))
  class OrderController {
    @Post('work')
    @RpcMethod('work')
    @UseGuards(guard('method 1', scope), guard('method 2', scope))
    @UseInterceptors(interceptor('method 1', scope), interceptor('method 2', scope))
    @UsePipes(pipe('method 1', scope), pipe('method 2', scope))
    work(@Body(pipe('param 1', scope), pipe('param 2', scope)) body: object): object {
      return body;
    }

    @Post('method')
    @RpcMethod('method')
    @UseFilters(answering('method left', Left), answering('method right', Right))
    method(@Body() { fault }: { fault: string }): void {
      throw fault === 'left' ? new Left() : fault === 'right' ? new Right() : new Error('neither');
    }
  }
  return OrderController;
}

@Controller('bare')
class BareController {
  @Post('fail')
  @RpcMethod('bare.fail')
  fail(@Body() { fault }: { fault: string }): void {
    throw fault === 'left' ? new Left() : new Error('neither');
  }
}

function useGlobals(app: INestApplication): void {
  const journal = app.get(Journal);
  const make = <T>(type: new (journal: Journal) => T): T => new type(journal);
  app.useGlobalGuards(make(guard('useGlobal 1')), make(guard('useGlobal 2')));
  app.useGlobalInterceptors(make(interceptor('useGlobal 1')), make(interceptor('useGlobal 2')));
  app.useGlobalPipes(make(pipe('useGlobal 1')), make(pipe('useGlobal 2')));
  app.useGlobalFilters(new (answering('useGlobal left', Left))());
}

function start(scope: Scope): Promise<RunningNode> {
  const controllers = [controllerOf(scope), BareController];
  const providers = [
    JOURNAL,
    { provide: APP_GUARD, useClass: guard('app', scope) },
    { provide: APP_INTERCEPTOR, useClass: interceptor('app', scope) },
    { provide: APP_PIPE, useClass: pipe('app', scope) },
    { provide: APP_FILTER, useClass: answering('app') },
  ];
  return startNode({ controllers, providers, configure: useGlobals });
}

async function overHttp(node: RunningNode, path: string, body: object): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${node.port}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

describe.each(SCOPES)('enhancers in %s scope', (scopeName, scope) => {
  it('run in the order in which they run over HTTP', async () => {
    await using node = await start(scope);
    await using peer = await node.connect();
    const journal = node.app.get(Journal);
    expect(await overHttp(node, 'order/work', { a: 1 })).toEqual({ a: 1 });
    const http = journal.take();
    expect(await peer.result('work', { a: 1 })).toEqual({ a: 1 });
    expect(journal.take()).toEqual(http);
  });

  it('are all there: guards, then interceptors around pipes; global, class, method, parameter', async () => {
    await using node = await start(scope);
    await using peer = await node.connect();
    await peer.result('work', {});
    const lines = node.app.get(Journal).take();
    // Nest puts global enhancers that are made per request behind the others.
    const global = scopeName === 'default' ? ['app', 'useGlobal 1', 'useGlobal 2'] : ['useGlobal 1', 'useGlobal 2', 'app'];
    const names = [...global, 'class 1', 'class 2', 'method 1', 'method 2'];
    expect(lines).toEqual([
      ...names.map((name) => `guard ${name}`),
      ...names.map((name) => `before ${name}`),
      ...[...names, 'param 1', 'param 2'].map((name) => `pipe ${name}`),
      ...names.toReversed().map((name) => `after ${name}`),
    ]);
  });
});

describe('the first filter that catches the error answers', () => {
  const cases: [string, string, object, string][] = [
    ['of the method', 'method', { fault: 'left' }, 'method left'],
    ['of the method that fits', 'method', { fault: 'right' }, 'method right'],
    ['of the class, if none of the method fits', 'method', { fault: 'none' }, 'class'],
    ['that is global and fits best', 'bare.fail', { fault: 'left' }, 'useGlobal left'],
    ['that is global, if no other fits', 'bare.fail', { fault: 'none' }, 'app'],
  ];

  it.each(cases)('the one %s', async (_which, method, params, name) => {
    const [scope] = SCOPES.map(([, value]) => value);
    await using node = await start(scope as Scope);
    await using peer = await node.connect();
    const path = method === 'method' ? 'order/method' : 'bare/fail';
    expect(await overHttp(node, path, params)).toEqual({ message: name });
    expect((await peer.request(method, params)).error).toEqual({ code: 4000, message: name });
  });
});
