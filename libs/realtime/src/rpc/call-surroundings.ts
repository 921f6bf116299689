/** What the calls of all sessions share. */
import type { FrameLimits } from 'nestjs-realtime-protocol';
import type { NodeCounters } from '../observe/node-counters.js';
import type { Observers } from '../observe/observers.js';
import type { CallGate } from './call-gate.js';
import type { SingleReply } from './call-reply.js';
import type { CallScope } from './call-scope.js';

export interface CallLimits {
  /** Calls of one session that may run at once; beyond it the socket is not read. @default 64 */
  readonly inFlight?: number;
  /**
   * Bytes of the frames whose calls run or wait, of one session; beyond it the socket is not read. One frame alone may have more. Parsed, params
   * can take twenty times as much memory as their text.
   * @default 262_144
   */
  readonly inFlightBytes?: number;
}

export const CALL_LIMIT_DEFAULTS = Object.freeze({ inFlight: 64, inFlightBytes: 256 * 1024 }) satisfies Required<CallLimits>;

export interface CallSurroundings {
  readonly limits: FrameLimits & Required<CallLimits>;
  readonly observers: Observers;
  readonly counters: NodeCounters;
  /** Sends answers that stand alone. */
  readonly reply: SingleReply;
  readonly scope: CallScope;
  /** Absent if nothing is limited. Set at boot, when all methods are known. */
  gate?: CallGate;
}
