/** Lets only sessions pass that have signed in and whose sign-in has not run out. */
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RpcError } from 'nestjs-realtime-protocol';
import { isExpired } from '../session/principal.js';
import type { Session } from '../session/session.js';
import { PUBLIC_METADATA } from './public.decorator.js';

/** For `@UseGuards()`, `useGlobalGuards()` or `APP_GUARD`; calls that did not come in over RPC are not its business and pass. */
@Injectable()
export class AuthenticatedGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws {RpcError} Unauthorized */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'ws') return true;
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, [context.getHandler(), context.getClass()])) return true;
    const { principal } = context.switchToWs().getClient<Session>();
    if (!principal) throw RpcError.of('Unauthorized', 'Sign in first');
    if (isExpired(principal)) throw RpcError.of('Unauthorized', 'The sign-in has run out');
    return true;
  }
}
