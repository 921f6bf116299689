/** Puts the arguments of a handler together and calls it. Whatever is there at once costs no promise. */
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { promiseOf } from '../observe/promise-of.js';
import type { RpcCall } from '../rpc/rpc-call.js';

/** Takes an argument out of what the handler is told: the client, the data and the call, the last under its name. */
export type Extract = (client: unknown, data: unknown, call: RpcCall, pattern: string) => unknown;

/** One parameter of a handler. */
export interface HandlerParam {
  readonly index: number;
  readonly extract: Extract;
  /** True if `extract` is the application's own: it may return a promise. */
  readonly isCustom: boolean;
  /** All that run for it, in order: global ones, those of class and method, its own. */
  readonly pipes: readonly PipeTransform[];
  /** What the pipes are told of it. */
  readonly metadata: ArgumentMetadata;
}

/** Calls the handler; may throw, and may return a promise or an Observable. */
export type Invoke = Extract;

type Handler = (...args: unknown[]) => unknown;

/** @param params in the order in which Nest looks at them */
export function handlerInvocation(instance: object, method: (...args: never[]) => unknown, params: readonly HandlerParam[]): Invoke {
  const handler = method as Handler;
  const elaborate = params.filter(({ isCustom, pipes }) => isCustom || pipes.length > 0);
  if (elaborate.length === 0) return plainInvocation(instance, handler, params);
  const [only] = elaborate;
  return elaborate.length === 1 && only ? withOnePiped(instance, handler, params, only) : withSeveralPiped(instance, handler, params);
}

/** The usual shapes are spelled out: an array of arguments per call is most of what a bare call would cost. */
function plainInvocation(instance: object, handler: Handler, params: readonly HandlerParam[]): Invoke {
  const extracts: (Extract | undefined)[] = [];
  for (const { index, extract } of params) extracts[index] = extract;
  const [first, second] = extracts;
  if (extracts.length === 0) return () => handler.call(instance);
  if (extracts.length === 1 && first) return (client, data, call, pattern) => handler.call(instance, first(client, data, call, pattern));
  if (extracts.length === 2 && first && second) {
    return (client, data, call, pattern) => handler.call(instance, first(client, data, call, pattern), second(client, data, call, pattern));
  }
  return (client, data, call, pattern) =>
    handler.apply(
      instance,
      Array.from(extracts, (extract) => extract?.(client, data, call, pattern)),
    );
}

/** A DTO, and at most plain data beside it. */
function withOnePiped(instance: object, handler: Handler, params: readonly HandlerParam[], piped: HandlerParam): Invoke {
  const { extract, index } = piped;
  if (params.length === 1 && index === 0) {
    return (client, data, call, pattern) => {
      const value = throughPipes(piped, extract(client, data, call, pattern));
      const promise = promiseOf(value);
      return promise ? promise.then((argument) => handler.call(instance, argument)) : handler.call(instance, value);
    };
  }
  return (client, data, call, pattern) => {
    const args = emptyArguments(params);
    for (const param of params) {
      const value = param.extract(client, data, call, pattern);
      args[param.index] = param === piped ? throughPipes(param, value) : value;
    }
    const promise = promiseOf(args[index]);
    if (!promise) return handler.apply(instance, args);
    return promise.then((argument) => {
      args[index] = argument;
      return handler.apply(instance, args);
    });
  };
}

/** As Nest does it, all side by side: the first pipe of each parameter, then the second ones. */
function withSeveralPiped(instance: object, handler: Handler, params: readonly HandlerParam[]): Invoke {
  return async (client, data, call, pattern) => {
    const args = emptyArguments(params);
    await Promise.all(
      params.map(async ({ index, extract, pipes, metadata }) => {
        let value = extract(client, data, call, pattern);
        if (promiseOf(value)) value = await value;
        for (const pipe of pipes) value = await pipe.transform(value, { ...metadata });
        args[index] = value;
      }),
    );
    return handler.apply(instance, args);
  };
}

/** Without a promise as long as the pipes need none. */
function throughPipes(param: HandlerParam, extracted: unknown, at = 0): unknown {
  const { pipes, metadata } = param;
  let value = extracted;
  for (let index = at; index < pipes.length; index++) {
    const promise = promiseOf(value);
    if (promise) return promise.then((settled) => throughPipes(param, settled, index));
    // A copy for each: what one pipe does to it must not reach the next call.
    const { metatype, type, data, schema } = metadata;
    value = (pipes[index] as PipeTransform).transform(value, { metatype, type, data, schema } as ArgumentMetadata);
  }
  return value;
}

function emptyArguments(params: readonly HandlerParam[]): unknown[] {
  return new Array<unknown>(Math.max(...params.map(({ index }) => index)) + 1).fill(undefined);
}
