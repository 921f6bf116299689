/** The methods that the tests of the wire call. */
import { MessageBody } from '@nestjs/websockets';
import { IsNumber } from 'class-validator';
import type { RpcCall } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';

type Operands = readonly [number, number] | { readonly minuend: number; readonly subtrahend: number };

class NamedOperands {
  @IsNumber()
  minuend!: number;

  @IsNumber()
  subtrahend!: number;
}

/** A call of `hold` that waits for the test. */
export interface HeldCall {
  readonly call: RpcCall;
  release(result?: unknown): void;
  fail(error: Error): void;
}

/** What the examples of the specification call. @see JSON-RPC 2.0 §7 */
@RpcGateway()
export class ExampleGateway {
  /** What the notifications brought, in order. */
  readonly noticed: unknown[] = [];

  @RpcMethod()
  subtract(params: Operands): number {
    return 'minuend' in params ? params.minuend - params.subtrahend : params[0] - params[1];
  }

  @RpcMethod()
  sum(params: readonly number[]): number {
    return params.reduce((total, value) => total + value, 0);
  }

  @RpcMethod('get_data')
  getData(): unknown {
    return ['hello', 5];
  }

  @RpcMethod()
  update(params: unknown): void {
    this.noticed.push(params);
  }

  @RpcMethod('notify_hello')
  notifyHello(params: unknown): void {
    this.noticed.push(params);
  }

  @RpcMethod('notify_sum')
  notifySum(params: unknown): void {
    this.noticed.push(params);
  }
}

/** Methods that behave in the ways a wire has to cope with. */
@RpcGateway()
export class ConformanceGateway {
  readonly held: HeldCall[] = [];

  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  nothing(): void {}

  @RpcMethod('strict.subtract')
  strictSubtract(@MessageBody() { minuend, subtrahend }: NamedOperands): number {
    return minuend - subtrahend;
  }

  /** What a call without params gets. */
  @RpcMethod('params.type')
  paramsType(params: unknown): string {
    return typeof params;
  }

  /** Copies the params the careless way and looks whether a prototype has changed. */
  @RpcMethod()
  merge(params: object): unknown {
    const copy = Object.assign({}, params) as { readonly polluted?: unknown };
    return { polluted: copy.polluted ?? null, keys: Object.keys(params) };
  }

  @RpcMethod('id.of')
  idOf(_params: unknown, call: RpcCall): unknown {
    return { id: call.id, isNotification: call.isNotification };
  }

  /** Answers when the test says so. */
  @RpcMethod()
  hold(_params: unknown, call: RpcCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.held.push({ call, release: resolve, fail: reject });
    });
  }

  @RpcMethod()
  boom(): never {
    throw new Error('the password is hunter2');
  }

  @RpcMethod('push.to.topic')
  async pushToTopic({ topic }: { readonly topic: string }): Promise<number> {
    return (await this.hub.pushToTopic(topic, 'news', { topic })).reached;
  }
}
