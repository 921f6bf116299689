/** What is entered with `AsyncLocalStorage.enterWith()`, as ClsGuard and many others do it, ends with its call. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import type { RpcCall } from 'nestjs-realtime';
import { RpcGateway, RpcMethod, Session, TopicPolicy, rpcCallOf } from 'nestjs-realtime';
import type { Observable } from 'rxjs';
import { startNode } from '../support/start-node.js';

const user = new AsyncLocalStorage<string>();

class Name {
  @IsString()
  name!: string;
}

@Injectable()
class EnteringGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    user.enterWith(rpcCallOf(context).method);
    return true;
  }
}

@Injectable()
class EnteringInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    user.enterWith(rpcCallOf(context).method);
    return next.handle();
  }
}

const seenAtEnd: unknown[] = [];

@RpcGateway()
class ContextGateway {
  handleConnection(): void {
    user.enterWith('handleConnection');
  }

  @RpcMethod()
  seen(): string {
    return user.getStore() ?? 'nothing';
  }

  @RpcMethod()
  async seenLater(): Promise<string> {
    await Promise.resolve();
    return user.getStore() ?? 'nothing';
  }

  @RpcMethod()
  bare(): string {
    user.enterWith('bare');
    return this.seen();
  }

  @RpcMethod()
  async slow(): Promise<string> {
    user.enterWith('slow');
    await new Promise((resolve) => setImmediate(resolve));
    return this.seen();
  }

  @RpcMethod()
  dto(@MessageBody() { name }: Name): string {
    user.enterWith(name);
    return this.seen();
  }

  @UseGuards(EnteringGuard)
  @RpcMethod()
  guarded(): string {
    return this.seen();
  }

  @UseInterceptors(EnteringInterceptor)
  @RpcMethod()
  intercepted(): string {
    return this.seen();
  }

  @RpcMethod()
  leaves(@ConnectedSocket() session: Session): string {
    session.onClose(() => seenAtEnd.push(user.getStore()));
    user.enterWith('leaves');
    return this.seen();
  }
}

@Injectable()
class EnteringPolicy {
  @TopicPolicy('*')
  mayListen(): boolean {
    user.enterWith('policy');
    return true;
  }
}

const authenticator = {
  authenticate: (token: string) => {
    user.enterWith('authenticator');
    return { userId: token, platform: 'web' };
  },
};

const options = { auth: { authenticator }, limits: { inFlight: 2 } };
const start = () => startNode({ providers: [ContextGateway, EnteringPolicy], options });

const ENTERING: readonly (readonly [string, unknown, unknown])[] = [
  ['bare', undefined, 'bare'],
  ['slow', undefined, 'slow'],
  ['dto', { name: 'dto' }, 'dto'],
  ['guarded', undefined, 'guarded'],
  ['intercepted', undefined, 'intercepted'],
  ['login', { accessToken: 'ada' }, expect.objectContaining({ userId: 'ada' })],
  ['subscribe', { topics: ['t'] }, { subscribed: ['t'] }],
];

describe.each(ENTERING)('what %s enters', (method, params, result) => {
  it('is seen in this call alone', async () => {
    await using node = await start();
    await using peer = await node.connect();
    expect(await peer.result(method, params)).toEqual(result);
    expect([await peer.result('seen'), await peer.result('seenLater')]).toEqual(['nothing', 'nothing']);
  });

  it('is not seen by the other items of a batch, nor by calls that waited for a place', async () => {
    await using node = await start();
    await using peer = await node.connect();
    const call = (id: number, name: string): object => ({
      jsonrpc: '2.0',
      id,
      method: name,
      ...(params && name === method ? { params } : {}),
    });
    const names = [method, 'slow', method, 'seen', 'seenLater', 'slow', 'seenLater', 'seen'];
    peer.send(names.map((name, id) => call(id, name)));
    for (const [id, name] of names.entries()) if (name !== method) peer.send(call(100 + id, name));
    await peer.settled();
    const batch = peer.frames.find((frame) => frame.startsWith('[')) ?? '[]';
    const answers = [...(JSON.parse(batch) as RpcAnswer[]), ...(peer.messages as RpcAnswer[])];
    const seen = answers.filter(({ id }) => names[(id as number) % 100]?.startsWith('seen')).map((answer) => answer.result);
    expect(seen).toEqual(new Array(8).fill('nothing'));
  });
});

interface RpcAnswer {
  readonly id: RpcCall['id'];
  readonly result?: unknown;
}

it('what a call enters is not seen when its session ends', async () => {
  await using node = await start();
  const peer = await node.connect();
  expect(await peer.result('leaves')).toBe('leaves');
  const [session] = node.hub.find({ kind: 'all' });
  const gone = new Promise<void>((resolve) => session?.onClose(() => resolve()));
  await peer[Symbol.asyncDispose]();
  await gone;
  expect(seenAtEnd.splice(0)).toEqual([undefined]);
});
