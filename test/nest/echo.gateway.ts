/** The smallest gateway that answers. */
import { RpcGateway, RpcMethod } from 'nestjs-realtime';

@RpcGateway()
export class EchoGateway {
  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }
}
