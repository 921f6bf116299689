/** Lets a peer say who it is. Served only if there is an authenticator. */
import { RpcError } from 'nestjs-realtime-protocol';
import { Public } from '../auth/public.decorator.js';
import type { LoginService, Refreshed } from '../auth/login.service.js';
import { BuiltinRpcMethod } from '../rpc/builtin-method.decorator.js';
import type { RpcCall } from '../rpc/rpc-call.js';

@Public()
export class AuthMethods {
  constructor(private readonly service: LoginService) {}

  /** Params: `{ accessToken, platform? }`. */
  @BuiltinRpcMethod('login')
  login(call: RpcCall): Promise<Refreshed> {
    const { params } = call;
    return this.service.login(
      call,
      textOf(params, 'accessToken'),
      memberOf(params, 'platform') === undefined ? undefined : textOf(params, 'platform'),
    );
  }

  /** Params: `{ accessToken }`. */
  @BuiltinRpcMethod('refresh')
  refresh(call: RpcCall): Promise<Refreshed> {
    return this.service.refresh(call, textOf(call.params, 'accessToken'));
  }

  @BuiltinRpcMethod('logout')
  logout(call: RpcCall): Record<string, never> {
    this.service.logout(call);
    return {};
  }
}

function memberOf(params: unknown, name: string): unknown {
  return typeof params === 'object' && params !== null && Object.hasOwn(params, name)
    ? (params as Record<string, unknown>)[name]
    : undefined;
}

/** @throws {RpcError} InvalidParams if the member is not a string or empty */
function textOf(params: unknown, name: string): string {
  const value = memberOf(params, name);
  if (typeof value === 'string' && value !== '') return value;
  const errors = [{ path: name, constraints: { isString: `${name} must be a string and not empty` } }];
  throw RpcError.of('InvalidParams', undefined, { errors });
}
