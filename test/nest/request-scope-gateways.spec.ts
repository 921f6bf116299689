/** Request-scoped classes that inherit, and request-scoped gateways that follow connections. */
import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { RpcContext, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { ConnectionRequest, GatewayHooks, RpcCall } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

let made = 0;

describe('inheritance', () => {
  class Dto {
    @IsString()
    text!: string;
  }

  @Injectable({ scope: Scope.REQUEST })
  class Base {
    @RpcMethod('base.describe')
    describe(@MessageBody('a') a: unknown): unknown {
      return { a };
    }
  }

  @Injectable({ scope: Scope.REQUEST })
  class Derived extends Base {
    @RpcMethod('derived.describe')
    override describe(@MessageBody() dto: unknown, @RpcContext() call?: RpcContext): unknown {
      return { dto, method: call?.method };
    }
  }

  it('keeps the parameters of a request-scoped class and of its base apart', async () => {
    await using node = await startNode({ providers: [Base, Derived] });
    await using peer = await node.connect();
    expect(await peer.result('base.describe', { a: 1 })).toEqual({ a: 1 });
    expect(await peer.result('derived.describe', { a: 1 })).toEqual({ dto: { a: 1 }, method: 'derived.describe' });
  });

  it('keeps them apart in the other order too', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Checked extends Base {
      @RpcMethod('checked.describe')
      override describe(@MessageBody() dto: Dto): unknown {
        return { isDto: dto instanceof Dto };
      }
    }
    await using node = await startNode({ providers: [Checked, Base] });
    await using peer = await node.connect();
    expect(await peer.result('checked.describe', { text: 'x' })).toEqual({ isDto: true });
    expect((await peer.request('checked.describe', { text: 1 })).error?.code).toBe(-32602);
    expect(await peer.result('base.describe', { a: 1 })).toEqual({ a: 1 });
  });
});

it('a request-scoped gateway follows connections with one object for each session, and REQUEST tells of the session', async () => {
  const lines: unknown[] = [];
  @RpcGateway('follower')
  @Injectable({ scope: Scope.REQUEST })
  class Follower implements GatewayHooks {
    readonly number = ++made;
    constructor(@Inject(REQUEST) private readonly request: ConnectionRequest | RpcCall) {}

    handleConnection(session: Session): void {
      lines.push(['come', this.number, this.request.session === session]);
    }

    handleDisconnect(session: Session): void {
      lines.push(['gone', this.number, this.request.session === session]);
    }

    @RpcMethod()
    serve(@RpcContext() call: RpcContext): unknown {
      return { number: this.number, isCall: this.request === call };
    }
  }
  await using node = await startNode({ providers: [Follower] });
  const first = await node.connect();
  const answer = (await first.result('follower.serve')) as { number: number; isCall: boolean };
  expect(answer.isCall).toBe(true);
  first.socket.close();
  await eventually(() => expect(lines).toHaveLength(2));
  await using second = await node.connect();
  await second.settled();
  await eventually(() => expect(lines).toHaveLength(3));
  const numbers = lines.map((line) => (line as [string, number])[1]);
  expect(lines).toEqual([
    ['come', numbers[0], true],
    ['gone', numbers[0], true],
    ['come', numbers[2], true],
  ]);
  expect(new Set([...numbers, answer.number]).size).toBe(3);
});
