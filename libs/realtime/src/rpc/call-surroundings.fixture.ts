/** What calls share, for specs; not part of the package. */
import { FRAME_LIMIT_DEFAULTS } from 'nestjs-realtime-protocol';
import { NodeCounters } from '../observe/node-counters.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { SingleReply } from './call-reply.js';
import { CallScope } from './call-scope.js';
import type { CallSurroundings } from './call-surroundings.js';
import { CALL_LIMIT_DEFAULTS } from './call-surroundings.js';

export function idleCallSurroundings(
  inFlight: number = CALL_LIMIT_DEFAULTS.inFlight,
  inFlightBytes: number = CALL_LIMIT_DEFAULTS.inFlightBytes,
): CallSurroundings {
  return {
    limits: { ...FRAME_LIMIT_DEFAULTS, inFlight, inFlightBytes },
    observers: NO_OBSERVERS,
    counters: new NodeCounters(),
    reply: new SingleReply(OUTBOUND_DEFAULTS.maxBytes),
    scope: new CallScope(),
  };
}
