/** The methods that generated frames call, and what they answer. */
import { RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { Answering } from './oracle.js';

@RpcGateway()
export class FloodedGateway {
  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  async later(params: unknown): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return params;
  }

  @RpcMethod()
  nothing(): void {}

  @RpcMethod()
  boom(): never {
    throw new Error('not for the peer');
  }

  @RpcMethod()
  async refuse(): Promise<never> {
    throw new RpcError(7, 'Refused by the application');
  }
}

const echoed = (params: unknown): string => `result:${JSON.stringify(params ?? null)}`;

export const ANSWERS: Answering = new Map([
  ['echo', echoed],
  ['later', echoed],
  ['nothing', () => 'result:null'],
  ['boom', () => 'error:-32603'],
  ['refuse', () => 'error:7'],
]);
