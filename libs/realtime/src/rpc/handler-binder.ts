/** Puts Nest's guards, pipes, interceptors and exception filters around a method, once, at boot. */
import type { ArgumentsHost } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/internal';
import type { HandlerStyle } from './handler-params.js';
import { answersByAck, completeParams } from './handler-params.js';
import type { OnItem } from './handler-result.js';
import { settleResult } from './handler-result.js';
import type { MethodHandler } from './method-registry.js';
import { RPC_PARAMS_FACTORY } from './params-factory.js';
import type { ProviderMethod } from './provider-methods.js';
import { prototypeOf } from './provider-methods.js';
import type { RpcCall } from './rpc-call.js';
import type { ScopedProviders } from './scoped-providers.js';

/** Runs the filters that match; undefined if none did. */
interface ExceptionFilters {
  invokeCustomFilters(exception: unknown, host: ArgumentsHost): unknown;
}

interface ExceptionFiltersCreator {
  create(instance: object, callback: unknown, moduleKey: string, contextId?: ContextId, inquirerId?: string): ExceptionFilters;
}

type Bound = (...args: unknown[]) => Promise<unknown>;

/** How results of handlers of one style are read. */
export interface ResultReading {
  /** The value that answers the call. */
  read(value: unknown): unknown;
  /** What happens to the values of an Observable before the last one. */
  onItem?(call: RpcCall): OnItem;
}

const PLAIN_RESULT: ResultReading = Object.freeze({ read: (value: unknown) => value });

export class HandlerBinder {
  private readonly creator: ExternalContextCreator;
  private readonly filters: ExceptionFiltersCreator;

  constructor(
    creator: ExternalContextCreator,
    private readonly scoped: ScopedProviders,
    private readonly validation: boolean,
  ) {
    // Nest would wait for an Observable here; it is passed through instead, so that a call that is given up can unsubscribe.
    this.creator = Object.create(creator, {
      transformToResult: { value: (result: unknown) => Promise.resolve(result) },
    }) as ExternalContextCreator;
    // Nest's proxy logs every error, also those that clients make. The filters are run here without it. The member is private in
    // Nest's types, so its shape is checked when the app boots.
    const filters: unknown = creator['filtersContextCreator'];
    if (!isFiltersCreator(filters))
      throw new Error('This version of @nestjs/core keeps exception filters elsewhere; nestjs-realtime needs Nest 12');
    this.filters = filters;
  }

  bind(found: ProviderMethod, style: HandlerStyle, result: ResultReading = PLAIN_RESULT): MethodHandler {
    const { wrapper, methodName } = found;
    const instance = wrapper.isNotMetatype || wrapper.isDependencyTreeStatic() ? wrapper.instance : prototypeOf(wrapper);
    const key = completeParams(instance as object, methodName, style, this.validation);
    const byAck = answersByAck(instance as object, methodName);
    const finish = (returned: unknown, call: RpcCall): Promise<unknown> => {
      if (byAck) return settleAcknowledged(returned, call, result);
      return settleResult(returned, call, result.onItem?.(call)).then((value) => result.read(value));
    };
    return wrapper.isDependencyTreeStatic() ? this.bindStatic(found, key, finish) : this.bindPerCall(found, key, finish);
  }

  private bindStatic(found: ProviderMethod, key: string, finish: Finish): MethodHandler {
    const instance = found.wrapper.instance;
    const handler = this.create(instance, found, key);
    const filters = this.filters.create(instance, found.method, found.moduleKey);
    return async (call) => {
      try {
        return await finish(await handler(call.session, call.params, call, call.method), call);
      } catch (thrown) {
        return handled(filters, thrown, call);
      }
    };
  }

  /** Request-scoped and durable providers: an object per call, or per parent that the strategy names. */
  private bindPerCall(found: ProviderMethod, key: string, finish: Finish): MethodHandler {
    const { wrapper, moduleKey, methodName } = found;
    return async (call) => {
      const contextId = this.scoped.contextOf(call, wrapper);
      let filters = this.filters.create(prototypeOf(wrapper) as object, found.method, moduleKey);
      try {
        const instance = await this.scoped.load(found, contextId);
        const method = (instance as Record<string, unknown>)[methodName];
        filters = this.filters.create(instance, method, moduleKey, contextId, wrapper.id);
        const handler = this.create(instance, { ...found, method: method as ProviderMethod['method'] }, key, contextId, wrapper.id);
        return await finish(await handler(call.session, call.params, call, call.method), call);
      } catch (thrown) {
        return handled(filters, thrown, call);
      }
    };
  }

  private create(instance: object, found: ProviderMethod, key: string, contextId?: ContextId, inquirerId?: string): Bound {
    const options = { guards: true, interceptors: true, filters: false };
    const { method, methodName } = found;
    return this.creator.create(instance, method as Bound, methodName, key, RPC_PARAMS_FACTORY, contextId, inquirerId, options, 'ws');
  }
}

type Finish = (returned: unknown, call: RpcCall) => Promise<unknown>;

async function settleAcknowledged(returned: unknown, call: RpcCall, result: ResultReading): Promise<unknown> {
  const value = await settleResult(returned, call);
  return result.read(value === undefined ? await call.acknowledged() : value);
}

/**
 * What the exception filters make of an error: a filter may throw, or return an error or an Observable of one; any other value
 * becomes the result of the call. A filter that returns nothing has not handled it.
 */
async function handled(filters: ExceptionFilters, thrown: unknown, call: RpcCall): Promise<unknown> {
  const host = new ExecutionContextHost([call.session, call.params, call, call.method]);
  host.setType('ws');
  const outcome: unknown = await settleResult(filters.invokeCustomFilters(thrown, host), call);
  if (outcome === undefined) throw thrown;
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

function isFiltersCreator(value: unknown): value is ExceptionFiltersCreator {
  return typeof value === 'object' && value !== null && 'create' in value && typeof value.create === 'function';
}
