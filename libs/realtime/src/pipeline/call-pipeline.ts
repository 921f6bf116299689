/** A handler with guards, interceptors and pipes around it, as Nest puts them; what does not stand there costs nothing. */
import type { CanActivate, NestInterceptor } from '@nestjs/common';
import { promiseOf } from '../observe/promise-of.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { Activate } from './guard-chain.js';
import { guardChain } from './guard-chain.js';
import type { HandlerParam, Invoke } from './handler-arguments.js';
import { handlerInvocation } from './handler-arguments.js';
import { interceptorChain } from './interceptor-chain.js';
import type { HandlerOrigin } from './ws-context.js';

export interface Enhancers {
  readonly guards: readonly CanActivate[];
  readonly interceptors: readonly NestInterceptor[];
  readonly params: readonly HandlerParam[];
}

/** May throw, and may return a promise or an Observable. */
type Pipeline = (call: RpcCall) => unknown;

/** What the enhancers see: client, data, call, pattern. A guard that changes them changes what the handler gets. */
type Arguments = [client: unknown, data: unknown, call: RpcCall, pattern: string];

/** @param refuse given what guards throw, to throw something else; undefined if they are to be heard as they are */
export function callPipeline(
  instance: object,
  origin: HandlerOrigin,
  { guards, interceptors, params }: Enhancers,
  refuse: ((refusal: unknown) => never) | undefined,
): Pipeline {
  const invoke = handlerInvocation(instance, origin.handler, params);
  const proceed = interceptors.length === 0 ? undefined : intercepting(invoke, interceptors, origin);
  if (guards.length > 0)
    return guarding(
      guardChain(guards, origin),
      refuse,
      proceed ?? (([client, data, call, pattern]) => invoke(client, data, call, pattern)),
    );
  if (proceed) return (call) => proceed(argumentsOf(call));
  return (call) => invoke(call.session, call.params, call, call.method);
}

function guarding(activate: Activate, refuse: ((refusal: unknown) => never) | undefined, proceed: (args: Arguments) => unknown): Pipeline {
  const asked = refuse ? refusingAs(activate, refuse) : activate;
  return (call) => {
    const args = argumentsOf(call);
    const waiting = asked(args);
    return waiting ? waiting.then(() => proceed(args)) : proceed(args);
  };
}

function refusingAs(activate: Activate, refuse: (refusal: unknown) => never): Activate {
  return (args) => {
    try {
      return activate(args)?.catch(refuse);
    } catch (refusal) {
      return refuse(refusal);
    }
  };
}

function intercepting(invoke: Invoke, interceptors: readonly NestInterceptor[], origin: HandlerOrigin): (args: Arguments) => unknown {
  const intercept = interceptorChain(interceptors, origin);
  return (args) => {
    // Taken now, as Nest does it: what interceptors do to the arguments of their context does not reach the handler.
    const [client, data, call, pattern] = args;
    return intercept(args, () => {
      const returned = invoke(client, data, call, pattern);
      const promise = promiseOf(returned);
      if (!promise) return returned;
      call.works(promise);
      return promise;
    });
  };
}

function argumentsOf(call: RpcCall): Arguments {
  return [call.session, call.params, call, call.method];
}
