/** Gives every method its name at its path, and says in the developer's words which names are taken. */
import type { BuiltinMethod } from 'nestjs-realtime-protocol';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import type { RpcEndpoint } from './rpc-endpoint.js';

/** A method and the path that is to serve it. */
export interface PlacedMethod {
  /** Absent if its path cannot be served. */
  readonly endpoint: RpcEndpoint | undefined;
  readonly method: RegisteredMethod;
  /** The name of the module that provides it; absent for the library's own. */
  readonly module?: string;
  /** Which of the library's own it is. */
  readonly builtin?: BuiltinMethod;
}

/** @returns a sentence for every name that is taken at its path; who came first keeps it */
export function addMethods(placed: readonly PlacedMethod[]): string[] {
  const known = new Map(placed.map((one) => [one.method, one]));
  return placed.flatMap((one) => {
    const taken = one.endpoint?.methods.add(one.method);
    const owner = taken && known.get(taken);
    return owner ? [takenName(one, owner)] : [];
  });
}

function takenName({ endpoint, method, module, builtin }: PlacedMethod, owner: PlacedMethod): string {
  const { name, origin } = method;
  const [path, other] = [endpoint?.pattern.text, owner.method.origin];
  if (builtin !== undefined) return `methods.${builtin}: the name ${name} is that of methods.${owner.builtin} already`;
  if (owner.builtin !== undefined) {
    return `${origin}: the method ${name} is already served by the library at ${path}; the option methods.${owner.builtin} renames the library's or switches it off`;
  }
  const taken = `${origin}: the method ${name} is already served by`;
  if (other !== origin) return `${taken} ${other} at ${path}`;
  const providers = module === owner.module ? `${module} provides it twice` : `${owner.module} and ${module} both provide it`;
  return `${taken} another ${origin} at ${path}: ${providers}`;
}
