/** Completes the parameter metadata of a handler: defaults where nothing is decorated, and what judges the params. */
import type { PipeTransform, Type } from '@nestjs/common';
import { ContextUtils } from '@nestjs/core/internal';
import { PARAM_ARGS_METADATA } from '@nestjs/websockets/internal';
import { ParamKind } from '../pipeline/params-factory.js';

export interface ParamMetadata {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes: readonly (Type<PipeTransform> | PipeTransform)[];
  /** What `@MessageBody({ schema })` and the like validate with. */
  readonly schema?: unknown;
  /** What a decorator of the application gives the handler. */
  readonly factory?: unknown;
}

/** The parameters of a handler, by kind and index. */
export type ParamsMetadata = Record<string, ParamMetadata>;

/** How a handler without decorated parameters is called. */
export type HandlerStyle =
  /** `(params, call)` */
  | 'rpc-method'
  /** `(client, data)`, as Nest's gateways do it. */
  | 'subscribe-message'
  /** `(call)`: a method of the library's own, whose params are no business of the app's pipes. */
  | 'builtin';

const UNDECORATED: Readonly<Record<HandlerStyle, ParamsMetadata>> = {
  'rpc-method': {
    [`${ParamKind.PAYLOAD}:0`]: { index: 0, pipes: [] },
    [`${ParamKind.CALL}:1`]: { index: 1, pipes: [] },
  },
  'subscribe-message': {
    [`${ParamKind.SOCKET}:0`]: { index: 0, pipes: [] },
    [`${ParamKind.PAYLOAD}:1`]: { index: 1, pipes: [] },
  },
  builtin: { [`${ParamKind.CALL}:0`]: { index: 0, pipes: [] } },
};

/** The metadata, and the key under which Nest finds it. */
export interface CompletedParams {
  readonly key: string;
  readonly params: ParamsMetadata;
  /** The types of the parameters, where the compiler has left them. */
  readonly types: readonly unknown[] | undefined;
}

const contextUtils = new ContextUtils();

/** Says what judges a parameter. */
export interface ParamJudge {
  /** Tells ways of judging apart: two apps of one process may differ. */
  readonly key: string;
  readonly pipesOf: (param: ParamMetadata, type: unknown) => readonly PipeTransform[];
}

/**
 * Writes the metadata.
 * @param instance the provider, or the prototype of its class
 */
export function completeParams(instance: object, methodName: string, style: HandlerStyle, judge: ParamJudge): CompletedParams {
  const key = `nestjs-realtime:params:${style}:${judge.key}`;
  const host = paramsHost(instance, methodName);
  const own = Reflect.getMetadata(PARAM_ARGS_METADATA, host, methodName) as ParamsMetadata | undefined;
  const types = contextUtils.reflectCallbackParamtypes(instance, methodName) as readonly unknown[] | undefined;
  const entries = Object.entries(own ?? UNDECORATED[style]).map(([id, param]): [string, ParamMetadata] => {
    const isPayload = Number(id.split(':')[0]) === ParamKind.PAYLOAD;
    const pipes = isPayload ? judge.pipesOf(param, types?.[param.index]) : [];
    return [id, pipes.length === 0 ? param : { ...param, pipes: [...param.pipes, ...pipes] }];
  });
  const params = Object.fromEntries(entries);
  Reflect.defineMetadata(key, params, host, methodName);
  return { key, params, types };
}

/** True if the handler answers through `@Ack()`. */
export function answersByAck(params: ParamsMetadata): boolean {
  return Object.keys(params).some((id) => Number(id.split(':')[0]) === ParamKind.ACK);
}

/** Where Nest looks for the decorators of a method's parameters. Private in Nest's types, and the only way to agree with it for mixins. */
function paramsHost(instance: object, methodName: string): object {
  const lookup = contextUtils['getParamsHost'] as (instance: object, methodName: string) => object;
  return lookup.call(contextUtils, instance, methodName);
}
