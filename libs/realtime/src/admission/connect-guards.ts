/** Runs Nest's guards on the opening request, before there is a session. */
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import type { CanActivate } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { isObservable, lastValueFrom } from 'rxjs';
import type { OpeningRequest } from '../auth/authenticator.js';
import type { Principal } from '../session/principal.js';

/** What guards get as the class of the handler; it carries no metadata. */
class RealtimeConnection {}

/** Guards ask it for metadata; it is never called. */
function handler(): void {}

/** What guards written for HTTP look for. */
type GuardedRequest = IncomingMessage & { user?: Principal; params?: unknown; query?: unknown };

/** Asks one guard after another. @returns false as soon as one says no */
export async function guardsAllow(guards: readonly CanActivate[], opening: OpeningRequest, principal: Principal | null): Promise<boolean> {
  const request: GuardedRequest = opening.request;
  if (principal) request.user = principal;
  request.params ??= opening.params;
  request.query ??= Object.fromEntries(new URLSearchParams(opening.search));
  // Some guards set headers; this response goes nowhere.
  const response = new ServerResponse(request);
  const context = new ExecutionContextHost([request, response, () => undefined], RealtimeConnection, handler);
  context.setType('http');
  for (const guard of guards) {
    const returned = await guard.canActivate(context);
    if (!(isObservable(returned) ? await lastValueFrom(returned) : returned)) return false;
  }
  return true;
}
