/** Lets only sessions pass that have signed in. */
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RpcError } from 'nestjs-realtime-protocol';
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
    if (context.switchToWs().getClient<Session>().principal) return true;
    throw RpcError.of('Unauthorized', 'Sign in first');
  }
}
