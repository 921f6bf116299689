/** Nest's creator of handlers with enhancers, adjusted to what an RPC handler needs. */
import { ForbiddenException } from '@nestjs/common';
import type { ExternalContextCreator } from '@nestjs/core';
import { FORBIDDEN_MESSAGE } from '@nestjs/core/internal';
import { WsException } from '@nestjs/websockets';
import type { HandlerStyle } from './handler-params.js';

type GuardsFunction = (args: unknown[]) => Promise<void>;

/** For methods of the library's own: app-wide pipes know nothing of their params, and would get the call. */
const WITHOUT_PIPES = Object.freeze({ create: () => [], createConcreteContext: () => [], setModuleContext: () => undefined });

/** @param moduleKey the module of the handler's provider */
export function creatorFor(nest: ExternalContextCreator, moduleKey: string, style: HandlerStyle): ExternalContextCreator {
  const creator = Object.create(nest, {
    // By itself Nest finds hosts only among providers, and a controller's guards would be lost.
    getHostModuleKey: { value: () => moduleKey },
    // Nest would wait for an Observable here; it is passed through instead, so that a call that is given up can unsubscribe.
    transformToResult: { value: (result: unknown) => Promise.resolve(result) },
  }) as ExternalContextCreator;
  if (style === 'builtin') return Object.create(creator, { pipesContextCreator: { value: WITHOUT_PIPES } }) as ExternalContextCreator;
  if (style === 'rpc-method') return creator;
  return Object.create(creator, {
    createGuardsFn: {
      value: (...args: Parameters<ExternalContextCreator['createGuardsFn']>) => {
        const activate = nest.createGuardsFn(...args) as GuardsFunction | null;
        return activate && ((handlerArgs: unknown[]) => activate(handlerArgs).catch(refuseAsGateway));
      },
    },
  }) as ExternalContextCreator;
}

/** What becomes of a guard's refusal on the shorter way, which does not pass through the creator. */
export function refusalFor(style: HandlerStyle): ((refusal: unknown) => never) | undefined {
  return style === 'subscribe-message' ? refuseAsGateway : undefined;
}

/** Filters of Nest's gateways look for this exception when a guard says no. */
function refuseAsGateway(refusal: unknown): never {
  if (refusal instanceof ForbiddenException && refusal.message === FORBIDDEN_MESSAGE) throw new WsException(FORBIDDEN_MESSAGE);
  throw refusal;
}
