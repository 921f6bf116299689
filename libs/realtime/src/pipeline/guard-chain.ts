/** Asks the guards of a handler one after the other. What they answer at once costs no promise. */
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ForbiddenException } from '@nestjs/common';
import { FORBIDDEN_MESSAGE } from '@nestjs/core/internal';
import { isObservable, lastValueFrom } from 'rxjs';
import type { HandlerOrigin } from './ws-context.js';
import { wsContext } from './ws-context.js';

/**
 * Throws, or rejects, if a guard says no or fails.
 * @param args client, data, call, pattern
 * @returns undefined if all have said yes already
 */
export type Activate = (args: unknown[]) => Promise<void> | undefined;

/** What a guard answers, whatever its type says: anything else than a boolean is waited for and counts as it is true or false. */
type Answer = ReturnType<CanActivate['canActivate']>;

export function guardChain(guards: readonly CanActivate[], origin: HandlerOrigin): Activate {
  return (args) => {
    const context = wsContext(args, origin);
    for (let index = 0; index < guards.length; index++) {
      const answer = (guards[index] as CanActivate).canActivate(context);
      if (answer === true) continue;
      if (answer === false) throw new ForbiddenException(FORBIDDEN_MESSAGE);
      return askOn(guards, index, context, answer);
    }
    return undefined;
  };
}

/** From the first guard on that did not answer at once. */
async function askOn(guards: readonly CanActivate[], asked: number, context: ExecutionContext, first: Answer): Promise<void> {
  if (!(await settled(first))) throw new ForbiddenException(FORBIDDEN_MESSAGE);
  for (const guard of guards.slice(asked + 1)) {
    const answer = guard.canActivate(context);
    // What is there at once is not waited for: Nest goes on in the same step as well.
    if (!(typeof answer === 'boolean' ? answer : await settled(answer))) throw new ForbiddenException(FORBIDDEN_MESSAGE);
  }
}

async function settled(answer: Answer): Promise<unknown> {
  const value: unknown = await answer;
  return isObservable(value) ? lastValueFrom(value) : value;
}
