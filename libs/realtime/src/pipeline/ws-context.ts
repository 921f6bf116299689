/** The context that guards, interceptors and parameter decorators are given: Nest's own class, one for each of them as Nest does it. */
import type { Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/internal';

/** What a context says of the handler. */
export interface HandlerOrigin {
  readonly owner: Type;
  readonly handler: (...args: never[]) => unknown;
}

/** @param args client, data, call, pattern */
export function wsContext(args: unknown[], { owner, handler }: HandlerOrigin): ExecutionContextHost {
  const context = new ExecutionContextHost(args, owner, handler);
  context.setType('ws');
  return context;
}
