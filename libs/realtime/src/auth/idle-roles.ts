/** Finds methods whose `@Roles()` nobody looks at. */
import { Logger } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/internal';
import { enhancersOf } from '../binding/enhancer-hosts.js';
import { isServed } from '../binding/method-explorer.js';
import type { NestParts } from '../binding/nest-parts.js';
import { ownerMetadata } from '../binding/place.js';
import type { ProviderMethod } from '../binding/provider-methods.js';
import { providerMethods } from '../binding/provider-methods.js';
import { ROLES_METADATA } from './roles.decorator.js';
import { RolesGuard } from './roles.guard.js';

/** Once, at boot. A warning and no fault: a guard of the app's own may ask the RolesGuard from within. */
export function warnOfIdleRoles({ modules, scanner, config }: NestParts): void {
  const ofRequests = config.getGlobalRequestGuards().map(({ metatype }) => metatype as unknown);
  if ([...config.getGlobalGuards(), ...ofRequests].some(isRolesGuard)) return;
  const idle = [...providerMethods(modules, scanner)].filter(
    (found) => hasRoles(found) && isServed(found) && !enhancersOf(GUARDS_METADATA, found).some(isRolesGuard),
  );
  if (idle.length === 0) return;
  const names = idle.map(({ origin }) => origin).join(', ');
  new Logger('RealtimeModule').warn(`@Roles() lets everybody in where no RolesGuard runs: ${names}`);
}

function hasRoles(found: ProviderMethod): boolean {
  return Reflect.hasMetadata(ROLES_METADATA, found.method) || ownerMetadata(found, ROLES_METADATA) !== undefined;
}

/** A guard as Nest keeps it: an object, or its class. Classes of the app that extend it count. */
function isRolesGuard(guard: unknown): boolean {
  return guard instanceof RolesGuard || guard === RolesGuard || (typeof guard === 'function' && guard.prototype instanceof RolesGuard);
}
