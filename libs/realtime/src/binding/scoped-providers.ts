/** Gets the object that a call's provider method is to be run on, whatever the scope of the provider and of what stands around it. */
import { ContextIdFactory } from '@nestjs/core';
import type { ApplicationConfig, ContextId, ExternalContextCreator } from '@nestjs/core';
import { Injector, REQUEST_CONTEXT_ID, STATIC_CONTEXT } from '@nestjs/core/internal';
import type { InstanceWrapper } from '@nestjs/core/internal';
import type { Session } from '../session/session.js';
import { ConnectionRequest } from './connection-request.js';
import type { ProviderMethod } from './provider-methods.js';
import type { RpcCall } from '../rpc/rpc-call.js';

type Request = RpcCall | ConnectionRequest;
type Host = InstanceWrapper<object>;

export class ScopedProviders {
  private readonly injector = new Injector();
  /** Hosts that are static by themselves and only have enhancers that are not: they keep their object. */
  private readonly keepObject = new WeakSet<Host>();
  private readonly connections = new WeakMap<Session, ConnectionRequest>();

  constructor(
    private readonly creator: ExternalContextCreator,
    private readonly config: ApplicationConfig,
  ) {}

  /**
   * Lets `APP_GUARD` and the like of request or transient scope reach a host. Nest does so only for controllers and for classes
   * that it knows as entry points; on a gateway, a factory or a value such a guard would be left out in silence.
   */
  async adopt(host: Host): Promise<void> {
    const known = new Set(host.getEnhancersMetadata() as InstanceWrapper[] | undefined);
    const missing = this.scopedGlobals().filter((enhancer) => !known.has(enhancer));
    if (missing.length === 0) return;
    const wasStatic = host.isDependencyTreeStatic();
    for (const enhancer of missing) host.addEnhancerMetadata(enhancer);
    if (wasStatic && !host.isDependencyTreeStatic()) this.keepObject.add(host);
    for (const enhancer of missing) {
      if (enhancer.isTransient && enhancer.host) await this.injector.loadInjectable(enhancer, enhancer.host, STATIC_CONTEXT, host);
    }
  }

  /**
   * The context of a call, or of a connection for the hooks of gateways; the same one for every provider that it meets.
   * The call or the connection is what `REQUEST` injects.
   */
  contextOf(request: Request, host: Host): ContextId {
    const known = (request as { [REQUEST_CONTEXT_ID]?: ContextId })[REQUEST_CONTEXT_ID];
    if (known) return known;
    const contextId = ContextIdFactory.getByRequest(request);
    Object.defineProperty(request, REQUEST_CONTEXT_ID, { value: contextId, configurable: true });
    const payload = (contextId as { payload?: object }).payload;
    this.creator.registerRequestProvider(host.isDependencyTreeDurable() ? payload : Object.assign(request, payload), contextId);
    return contextId;
  }

  /** The same object for all hooks of a session. */
  connectionOf(session: Session): ConnectionRequest {
    let connection = this.connections.get(session);
    if (!connection) this.connections.set(session, (connection = new ConnectionRequest(session)));
    return connection;
  }

  /** The object that serves a call, with the enhancers of its context. */
  async load({ wrapper, module }: ProviderMethod, contextId: ContextId): Promise<object> {
    if (this.keepObject.has(wrapper)) {
      await this.injector.loadEnhancersPerContext(wrapper, contextId, wrapper);
      await this.injector.waitForDeferredLoads(contextId);
      return wrapper.instance;
    }
    const collection = module.controllers.has(wrapper.token) ? module.controllers : module.providers;
    return this.injector.loadPerContext<object>(wrapper.instance, module, collection, contextId, wrapper);
  }

  /** Calls a method of a provider with nothing around it. */
  bind(found: ProviderMethod): (request: Request, args: readonly unknown[]) => unknown {
    const { wrapper, methodName } = found;
    const run = (instance: object, args: readonly unknown[]): unknown =>
      (instance as Record<string, (...args: unknown[]) => unknown>)[methodName]?.(...args);
    if (wrapper.isDependencyTreeStatic()) return (_request, args) => run(wrapper.instance, args);
    return async (request, args) => run(await this.load(found, this.contextOf(request, wrapper)), args);
  }

  private scopedGlobals(): InstanceWrapper[] {
    const { config } = this;
    return [
      ...config.getGlobalRequestGuards(),
      ...config.getGlobalRequestPipes(),
      ...config.getGlobalRequestInterceptors(),
      ...config.getGlobalRequestFilters(),
    ];
  }
}
