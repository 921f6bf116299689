/** A method that throws whatever the test has put into it. */
import { RpcGateway, RpcMethod } from 'nestjs-realtime';

@RpcGateway('throw')
export class ThrowingGateway {
  /** What the next call throws. */
  thrown: unknown;

  @RpcMethod()
  now(): never {
    throw this.thrown;
  }

  @RpcMethod()
  async later(): Promise<never> {
    await new Promise((resolve) => setImmediate(resolve));
    throw this.thrown;
  }

  /** Returns what the test has put into it. */
  @RpcMethod('not')
  giveBack(): unknown {
    return this.thrown;
  }
}
