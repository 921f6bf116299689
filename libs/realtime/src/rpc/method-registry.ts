/** The methods of one path, by name. */
import type { RpcCall } from './rpc-call.js';

/** A handler with everything Nest puts around it. It returns the result, or a promise of it; it may throw. */
export type MethodHandler = (call: RpcCall) => unknown;

export interface RegisteredMethod {
  readonly name: string;
  /** Where it is written, as `ChatGateway.send`; for messages to the developer. */
  readonly origin: string;
  readonly timeoutMs: number;
  /** Calls of the session that come behind it wait until it is done: it changes what they may do. */
  readonly isExclusive?: boolean;
  /** What decorators left on the method, else on its class; read at boot by those who know the key. */
  readonly metadata?: (key: string) => unknown;
  readonly handle: MethodHandler;
}

export class MethodRegistry {
  // A Map, so that `constructor` or `__proto__` are names like any other.
  private readonly methods = new Map<string, RegisteredMethod>();

  get(name: string): RegisteredMethod | undefined {
    return this.methods.get(name);
  }

  /** @returns the method that has the name already, if there is one; then nothing changes */
  add(method: RegisteredMethod): RegisteredMethod | undefined {
    const taken = this.methods.get(method.name);
    if (!taken) this.methods.set(method.name, method);
    return taken;
  }

  names(): string[] {
    return [...this.methods.keys()];
  }
}
