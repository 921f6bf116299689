/** Lets only users pass that have a role which `@Roles()` names. */
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RpcError } from 'nestjs-realtime-protocol';
import { isExpired } from '../session/principal.js';
import type { Session } from '../session/session.js';
import { ROLES_METADATA } from './roles.decorator.js';

/** For `@UseGuards()`, `useGlobalGuards()` or `APP_GUARD`; what has no `@Roles()` passes, and so do calls that did not come in over RPC. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws {RpcError} Unauthorized or PermissionDenied */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'ws') return true;
    const wanted = this.reflector.getAllAndOverride<readonly string[] | undefined>(ROLES_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!wanted) return true;
    const { principal } = context.switchToWs().getClient<Session>();
    if (!principal || isExpired(principal)) throw RpcError.of('Unauthorized', 'Sign in first');
    if (principal.roles?.some((role) => wanted.includes(role))) return true;
    throw RpcError.of('PermissionDenied', 'Your role may not do this');
  }
}
