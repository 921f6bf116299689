/** The asynchronous context of a call: what a handler, a guard or an interceptor enters with `AsyncLocalStorage.enterWith()` ends with its call. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { MethodHandler } from './method-registry.js';
import type { RpcCall } from './rpc-call.js';

/**
 * From Node 24 on a scope puts the context back as it was when it ends, so that one scope can serve all calls; before that, what is
 * entered stays with the resource that was current.
 * @see https://nodejs.org/api/async_context.html#asynclocalstorageenterwithstore
 */
const SCOPES_END = scopesEnd();

export class CallScope {
  /** The context in which the app started. */
  private readonly outer = new AsyncResource('RpcNode');

  /** May throw, and may return a promise. */
  readonly run: (handle: MethodHandler, call: RpcCall) => unknown = SCOPES_END
    ? (handle, call) => this.outer.runInAsyncScope(handle, undefined, call)
    : (handle, call) => new AsyncResource('RpcCall').runInAsyncScope(handle, undefined, call);
}

function scopesEnd(): boolean {
  const probe = new AsyncLocalStorage<boolean>();
  const resource = new AsyncResource('RpcProbe');
  resource.runInAsyncScope(() => probe.enterWith(true));
  const stays = resource.runInAsyncScope(() => probe.getStore());
  probe.disable();
  return stays !== true;
}
