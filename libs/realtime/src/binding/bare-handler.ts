/** Calls a handler that has no guards, pipes or interceptors directly: then nothing but the handler costs time. */
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/internal';
import type { ParamsMetadata } from './handler-params.js';
import { RPC_PARAMS_FACTORY, ParamKind } from './params-factory.js';
import type { ProviderMethod } from './provider-methods.js';
import type { RpcCall } from '../rpc/rpc-call.js';

/** One of Nest's creators of guards, pipes or interceptors. */
interface EnhancersCreator {
  create(instance: object, callback: unknown, moduleKey: string, contextId: ContextId, inquirerId: string): unknown;
}

type Extract = (call: RpcCall) => unknown;

const PLAIN_KINDS: ReadonlySet<number> = new Set(Object.values(ParamKind));

/**
 * The handler as a function of the call; undefined if anything stands around it or if a parameter is more than plain data, and
 * Nest has to put its arguments together.
 * @param params the metadata of the handler's parameters, completed
 */
export function bareHandler(creator: ExternalContextCreator, found: ProviderMethod, params: ParamsMetadata): Extract | undefined {
  const { method } = found;
  const instance = found.wrapper.instance;
  const kinds = ['guardsContextCreator', 'pipesContextCreator', 'interceptorsContextCreator'] as const;
  if (kinds.some((kind) => !hasNone(creator[kind], found))) return undefined;
  const extracts: Extract[] = [];
  for (const [id, { index, data, pipes }] of Object.entries(params)) {
    const kind = Number(id.split(':')[0]);
    if (!PLAIN_KINDS.has(kind) || pipes.length > 0) return undefined;
    extracts[index] = extractOf(kind, data);
  }
  const handler = method as (...args: unknown[]) => unknown;
  const [first, second] = extracts;
  // The usual shapes are spelled out: an array of arguments per call is most of what a bare call would cost.
  if (extracts.length === 0) return () => handler.call(instance);
  if (extracts.length === 1 && first) return (call) => handler.call(instance, first(call));
  if (extracts.length === 2 && first && second) return (call) => handler.call(instance, first(call), second(call));
  return (call) =>
    handler.apply(
      instance,
      Array.from(extracts, (extract: Extract | undefined) => extract?.(call)),
    );
}

function extractOf(kind: number, member: unknown): Extract {
  if (kind === ParamKind.PAYLOAD && member === undefined) return (call) => call.params;
  if (kind === ParamKind.CALL) return (call) => call;
  return (call) => RPC_PARAMS_FACTORY.exchangeKeyForValue(kind, member, [call.session, call.params, call, call.method]);
}

/** The creators are private in Nest's types; if one is not where it was, the handler simply takes the longer way. */
function hasNone(creator: unknown, { wrapper, method, moduleKey }: ProviderMethod): boolean {
  if (typeof creator !== 'object' || creator === null || !('create' in creator)) return false;
  const enhancers = (creator as EnhancersCreator).create(wrapper.instance, method, moduleKey, STATIC_CONTEXT, wrapper.id);
  return Array.isArray(enhancers) && enhancers.length === 0;
}
