import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime';
import type { Session } from 'nestjs-realtime';
import { signedIn } from '../auth/signed-in.js';
import type { Role } from '../config/demo-users.js';

const REQUIRED: Role = 'admin';

/** Lets only administrators pass. */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { roles = [] } = signedIn(context.switchToWs().getClient<Session>());
    if (!roles.includes(REQUIRED)) throw RpcError.of('PermissionDenied', 'Only an administrator may do this');
    return true;
  }
}
