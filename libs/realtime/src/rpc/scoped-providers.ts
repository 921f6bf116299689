/** Gets the object that a call's provider method is to be run on, whatever the scope of the provider. */
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { Injector, REQUEST_CONTEXT_ID } from '@nestjs/core/internal';
import type { InstanceWrapper } from '@nestjs/core/internal';
import type { ProviderMethod } from './provider-methods.js';
import type { RpcCall } from './rpc-call.js';

export class ScopedProviders {
  private readonly injector = new Injector();

  constructor(private readonly creator: ExternalContextCreator) {}

  /** The context of a call; the same one for every provider that the call meets. The call is what `REQUEST` injects. */
  contextOf(call: RpcCall, wrapper: InstanceWrapper<object>): ContextId {
    const known = (call as { [REQUEST_CONTEXT_ID]?: ContextId })[REQUEST_CONTEXT_ID];
    if (known) return known;
    const contextId = ContextIdFactory.getByRequest(call);
    Object.defineProperty(call, REQUEST_CONTEXT_ID, { value: contextId, configurable: true });
    const payload = (contextId as { payload?: object }).payload;
    this.creator.registerRequestProvider(wrapper.isDependencyTreeDurable() ? payload : Object.assign(call, payload), contextId);
    return contextId;
  }

  /** An object of a request-scoped or durable provider. */
  load({ wrapper, module }: ProviderMethod, contextId: ContextId): Promise<object> {
    const collection = module.controllers.has(wrapper.token) ? module.controllers : module.providers;
    return this.injector.loadPerContext<object>(wrapper.instance, module, collection, contextId, wrapper);
  }

  /** Calls a method of a provider with nothing around it. */
  bind(found: ProviderMethod): (call: RpcCall, args: readonly unknown[]) => unknown {
    const { wrapper, methodName } = found;
    const run = (instance: object, args: readonly unknown[]): unknown =>
      (instance as Record<string, (...args: unknown[]) => unknown>)[methodName]?.(...args);
    if (wrapper.isDependencyTreeStatic()) return (_call, args) => run(wrapper.instance, args);
    return async (call, args) => run(await this.load(found, this.contextOf(call, wrapper)), args);
  }
}
