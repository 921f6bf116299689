/** Marks methods that only some roles may call. */
import { SetMetadata } from '@nestjs/common';

export const ROLES_METADATA = 'nestjs-realtime:roles';

/** On a method or a class: the `RolesGuard` lets users pass that have one of these roles. What a method says counts, else its class. */
export const Roles = (...roles: readonly string[]): ClassDecorator & MethodDecorator => SetMetadata(ROLES_METADATA, roles);
