/** How wrong params are told to the peer, whoever has judged them. */
import { RpcError } from 'nestjs-realtime-protocol';

/** One member that broke its rules. */
export interface ParamFault {
  /** Where, as `items.0.name`; empty for the params as a whole. */
  readonly path: string;
  /** The rules that were broken, with their sentences. */
  readonly constraints: Readonly<Record<string, string>>;
}

/** A small frame can break very many rules. More than these are counted and not listed. */
const MAX_LISTED = 100;

export function invalidParams(errors: readonly ParamFault[]): RpcError {
  const omitted = errors.length - MAX_LISTED;
  return RpcError.of('InvalidParams', undefined, { errors: errors.slice(0, MAX_LISTED), ...(omitted > 0 ? { omitted } : {}) });
}

/** @param keys from the outside in, below the member of the params that is judged */
export function pathOf(member: string | undefined, keys: readonly PropertyKey[]): string {
  return [...(member === undefined ? [] : [member]), ...keys.map(String)].join('.');
}
