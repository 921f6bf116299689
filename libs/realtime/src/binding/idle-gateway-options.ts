/** Finds what is written into a `@WebSocketGateway()` for another adapter and has no effect here. */
import { Logger } from '@nestjs/common';
import { GATEWAY_OPTIONS } from '@nestjs/websockets/internal';
import type { NestParts } from './nest-parts.js';
import { isNestGateway, ownerMetadata } from './place.js';
import { classOf, providerMethods } from './provider-methods.js';

/** What the library takes from there; a namespace is refused elsewhere. */
const TAKEN: ReadonlySet<string> = new Set(['path', 'namespace']);

/** The options of the module that say the same. */
const INSTEAD: Readonly<Record<string, string>> = {
  cors: 'origins',
  allowRequest: 'admission',
  verifyClient: 'admission',
  maxPayload: 'limits.frameBytes',
  maxHttpBufferSize: 'limits.frameBytes',
  perMessageDeflate: 'compression',
  pingInterval: 'heartbeat.pingIntervalMs',
  pingTimeout: 'heartbeat.pongTimeoutMs',
};

/** One warning for each such gateway; once, at boot. */
export function warnOfIdleOptions({ modules, scanner }: NestParts): void {
  const seen = new Set<object | undefined>();
  for (const found of providerMethods(modules, scanner)) {
    const gateway = classOf(found);
    if (seen.has(gateway) || !isNestGateway(found)) continue;
    seen.add(gateway);
    const options = Object.entries(ownerMetadata<object>(found, GATEWAY_OPTIONS) ?? {});
    const idle = options.filter(([name, value]) => value !== undefined && !TAKEN.has(name)).map(([name]) => named(name));
    if (idle.length === 0) continue;
    const sentence = `${found.origin.split('.')[0]}: RealtimeModule takes only the path of a @WebSocketGateway(), without effect: ${idle.join(', ')}`;
    new Logger('RealtimeModule').warn(sentence);
  }
}

function named(option: string): string {
  const instead = Object.hasOwn(INSTEAD, option) ? INSTEAD[option] : undefined;
  return instead === undefined ? option : `${option} (the option ${instead} of the module decides)`;
}
