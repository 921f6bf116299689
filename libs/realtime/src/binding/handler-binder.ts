/** Puts Nest's guards, pipes, interceptors and exception filters around a method, once, at boot. */
import type { Type } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/internal';
import type { InstanceWrapper } from '@nestjs/core/internal';
import { promiseOf } from '../observe/promise-of.js';
import { creatorFor, refusalFor } from './context-creator.js';
import { lostEnhancers } from './enhancer-hosts.js';
import type { ExceptionFiltersCreator } from './exception-filters.js';
import { exceptionFiltersOf, filtered } from './exception-filters.js';
import type { HandlerStyle } from './handler-params.js';
import { answersByAck, completeParams } from './handler-params.js';
import type { ResultReading } from './handler-result.js';
import { PLAIN_RESULT, settleResult } from './handler-result.js';
import type { MethodHandler } from '../rpc/method-registry.js';
import { callPipeline } from '../pipeline/call-pipeline.js';
import { RPC_PARAMS_FACTORY } from '../pipeline/params-factory.js';
import type { PayloadPipes } from './payload-pipes.js';
import type { ProviderMethod } from './provider-methods.js';
import { prototypeOf } from './provider-methods.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { ScopedProviders } from './scoped-providers.js';
import { staticEnhancers } from './static-enhancers.js';

type Bound = (...args: unknown[]) => Promise<unknown>;
type Finish = (returned: unknown, call: RpcCall) => unknown;

export class HandlerBinder {
  private readonly filters: ExceptionFiltersCreator;

  constructor(
    private readonly nest: ExternalContextCreator,
    private readonly scoped: ScopedProviders,
    private readonly payloadPipes: PayloadPipes,
  ) {
    this.filters = exceptionFiltersOf(nest);
  }

  /** @param faults told in one sentence each why the method cannot be served as it is written */
  bind(found: ProviderMethod, style: HandlerStyle, faults: string[], reading: ResultReading = PLAIN_RESULT): MethodHandler {
    const { wrapper, methodName } = found;
    const isStatic = wrapper.isDependencyTreeStatic();
    const instance = sampleOf(wrapper);
    const { payloadPipes } = this;
    const completed = completeParams(instance, methodName, style, {
      key: payloadPipes.key,
      pipesOf: (param, type) => payloadPipes.ofParam(found, param, type, faults),
    });
    const { key, params } = completed;
    faults.push(...lostEnhancers(found, params));
    if (wrapper.isTransient)
      faults.push(`${found.origin}: a transient provider has no object of its own to call; use the default or the request scope`);
    const finish: Finish = answersByAck(params)
      ? (returned, call) => settleAcknowledged(returned, call, reading)
      : (returned, call) => settleResult(returned, call, reading);
    const creator = creatorFor(this.nest, found.moduleKey, style);
    if (!isStatic) return this.bindPerCall(creator, found, key, finish);
    // Also where it is not used: Nest warns of what it finds wrong with a handler when it makes this.
    const bound = bindWith(creator, instance, found, key, STATIC_CONTEXT);
    const enhancers = staticEnhancers(creator, found, completed);
    if (!enhancers) return this.bindByNest(bound, found, finish);
    const origin = { owner: instance.constructor as Type, handler: found.method };
    const pipeline = callPipeline(instance, origin, enhancers, refusalFor(style));
    const work = (call: RpcCall): unknown => finish(pipeline(call), call);
    return this.bindStatic(work, found);
  }

  private bindStatic(work: MethodHandler, found: ProviderMethod): MethodHandler {
    const filters = this.filters.create(found.wrapper.instance, found.method, found.moduleKey, STATIC_CONTEXT, found.wrapper.id);
    return (call) => {
      try {
        const result = work(call);
        return promiseOf(result)?.catch((thrown: unknown) => filtered(filters, thrown, call)) ?? result;
      } catch (thrown) {
        return filtered(filters, thrown, call);
      }
    };
  }

  /** The longer way, for a version of Nest that keeps its enhancers elsewhere. */
  private bindByNest(handler: Bound, found: ProviderMethod, finish: Finish): MethodHandler {
    const { instance } = found.wrapper;
    const filters = this.filters.create(instance, found.method, found.moduleKey, STATIC_CONTEXT, found.wrapper.id);
    return async (call) => {
      try {
        return await finish(await handler(call.session, call.params, call, call.method), call);
      } catch (thrown) {
        return filtered(filters, thrown, call);
      }
    };
  }

  /** Request-scoped and durable providers: an object per call, or per parent that the strategy names. */
  private bindPerCall(creator: ExternalContextCreator, found: ProviderMethod, key: string, finish: Finish): MethodHandler {
    const { wrapper, moduleKey, methodName } = found;
    return async (call) => {
      const contextId = this.scoped.contextOf(call, wrapper);
      let filters = this.filters.create(sampleOf(wrapper), found.method, moduleKey);
      try {
        const instance = await this.scoped.load(found, contextId);
        const method = (instance as Record<string, unknown>)[methodName];
        filters = this.filters.create(instance, method, moduleKey, contextId, wrapper.id);
        const handler = bindWith(creator, instance, { ...found, method: method as ProviderMethod['method'] }, key, contextId);
        return await finish(await handler(call.session, call.params, call, call.method), call);
      } catch (thrown) {
        return filtered(filters, thrown, call);
      }
    };
  }
}

/** An object of the provider's class, to read decorators by: Nest finds the class of an object by its prototype. */
function sampleOf(wrapper: InstanceWrapper<object>): object {
  const instance = wrapper.instance as object | undefined;
  return instance ?? (Object.create(prototypeOf(wrapper) ?? null) as object);
}

/** With the id of its provider, so that transient enhancers are those that were made for it. */
function bindWith(creator: ExternalContextCreator, instance: object, found: ProviderMethod, key: string, contextId: ContextId): Bound {
  const { method, methodName, wrapper } = found;
  const options = { guards: true, interceptors: true, filters: false };
  return creator.create(instance, method as Bound, methodName, key, RPC_PARAMS_FACTORY, contextId, wrapper.id, options, 'ws');
}

async function settleAcknowledged(returned: unknown, call: RpcCall, reading: ResultReading): Promise<unknown> {
  const value = await settleResult(returned, call, PLAIN_RESULT);
  return reading.read(value === undefined ? await call.acknowledged() : value, call);
}
