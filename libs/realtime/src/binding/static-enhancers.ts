/** Asks Nest for the enhancers around a handler, once, at boot, so that a call need not ask Nest's context for them. */
import type { ArgumentMetadata, CanActivate, NestInterceptor, PipeTransform, Type } from '@nestjs/common';
import { CUSTOM_ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { ParamsTokenFactory, STATIC_CONTEXT } from '@nestjs/core/internal';
import type { Extract, HandlerParam } from '../pipeline/handler-arguments.js';
import { ParamKind, RPC_PARAMS_FACTORY } from '../pipeline/params-factory.js';
import { wsContext } from '../pipeline/ws-context.js';
import type { CompletedParams, ParamMetadata } from './handler-params.js';
import { keepingRawJson } from './raw-json-serializer.js';
import type { ProviderMethod } from './provider-methods.js';

/** What stands around a handler that lives as long as the app, in the order in which it runs. */
export interface StaticEnhancers {
  readonly guards: readonly CanActivate[];
  readonly interceptors: readonly NestInterceptor[];
  readonly params: readonly HandlerParam[];
}

/** One of Nest's creators of guards, pipes or interceptors. */
interface EnhancersCreator {
  create(instance: object, callback: unknown, moduleKey: string, contextId: ContextId, inquirerId: string): unknown;
}

interface PipesCreator extends EnhancersCreator {
  createConcreteContext(pipes: readonly unknown[], contextId: ContextId, inquirerId: string): unknown;
}

const paramTypes = new ParamsTokenFactory();

/**
 * The creators are private in Nest's types.
 * @returns undefined if one is not where it was: then the handler takes the longer way, through a function that Nest makes
 */
export function staticEnhancers(
  creator: ExternalContextCreator,
  found: ProviderMethod,
  params: CompletedParams,
): StaticEnhancers | undefined {
  const guards = enhancersBy(creator['guardsContextCreator'], found);
  const interceptors = enhancersBy(creator['interceptorsContextCreator'], found);
  // Last, and the parameters right behind it: it remembers the module that it was asked for.
  const pipesCreator: unknown = creator['pipesContextCreator'];
  const pipes = enhancersBy(pipesCreator, found);
  if (!guards || !interceptors || !pipes || !makesConcrete(pipesCreator)) return undefined;
  const completed: HandlerParam[] = [];
  for (const [id, param] of Object.entries(params.params)) {
    const own: unknown = pipesCreator.createConcreteContext(param.pipes, STATIC_CONTEXT, found.wrapper.id);
    if (!Array.isArray(own)) return undefined;
    const all = [...pipes, ...(own as unknown[])] as PipeTransform[];
    completed.push(handlerParam(found, id, param, all, params.types?.[param.index]));
  }
  return { guards: guards as CanActivate[], interceptors: (interceptors as NestInterceptor[]).map(keepingRawJson), params: completed };
}

function enhancersBy(creator: unknown, { wrapper, method, moduleKey }: ProviderMethod): readonly unknown[] | undefined {
  if (typeof creator !== 'object' || creator === null || !('create' in creator) || typeof creator.create !== 'function') return undefined;
  const enhancers = (creator as EnhancersCreator).create(wrapper.instance, method, moduleKey, STATIC_CONTEXT, wrapper.id);
  return Array.isArray(enhancers) ? enhancers : undefined;
}

function makesConcrete(creator: unknown): creator is PipesCreator {
  return typeof (creator as Partial<PipesCreator>).createConcreteContext === 'function';
}

function handlerParam(found: ProviderMethod, id: string, param: ParamMetadata, pipes: PipeTransform[], metatype: unknown): HandlerParam {
  const { index, data, schema, factory } = param;
  const [kind = ''] = id.split(':');
  const isCustom = id.includes(CUSTOM_ROUTE_ARGS_METADATA);
  const type = isCustom ? 'custom' : paramTypes.exchangeEnumForString(Number(kind));
  const metadata = { metatype, type, data, schema } as ArgumentMetadata;
  return { index, isCustom, pipes, metadata, extract: isCustom ? customExtract(found, factory, data) : extractOf(Number(kind), data) };
}

function extractOf(kind: number, member: unknown): Extract {
  if (kind === ParamKind.PAYLOAD && member === undefined) return (_client, data) => data;
  if (kind === ParamKind.CALL) return (_client, _data, call) => call;
  return (client, data, call, pattern) => RPC_PARAMS_FACTORY.exchangeKeyForValue(kind, member, [client, data, call, pattern]);
}

/** A decorator of the application, which looks at a context of its own. */
function customExtract({ wrapper, methodName }: ProviderMethod, factory: unknown, data: unknown): Extract {
  // As Nest has it for what is no function.
  if (typeof factory !== 'function') return () => null;
  const { instance } = wrapper;
  const handler = (instance as Record<string, (...args: never[]) => unknown>)[methodName] as (...args: never[]) => unknown;
  const origin = { owner: instance.constructor as Type, handler };
  return (...args) => (factory as (data: unknown, context: unknown) => unknown)(data, wsContext(args, origin));
}
