/** Bounds of calls in both directions. */
import type { FrameLimits } from 'nestjs-realtime-protocol';
import { CALL_DEFAULTS } from 'nestjs-realtime-protocol';
import type { OptionRule } from '../base/option-faults.js';
import { AT_LEAST_ONE, within } from '../base/option-faults.js';

/** Each level of nesting costs the stack of whoever walks a frame, which ends some thousands of levels deep. */
const MAX_JSON_DEPTH = 1_000;

export interface CallLimits extends Partial<FrameLimits> {
  /** Calls that wait for an answer, and calls that wait for a connection. @default 1024 */
  readonly pendingCalls?: number;
  /** Calls of the server that run at once; more are answered with -32053. @default 64 */
  readonly servedCalls?: number;
}

export const CALL_LIMIT_DEFAULTS = Object.freeze({
  // A server may answer with more than it takes: these two only keep a broken one from hurting.
  batchItems: 10_000,
  jsonDepth: 512,
  pendingCalls: CALL_DEFAULTS.maxPending,
  servedCalls: 64,
}) satisfies Required<CallLimits>;

export const CALL_LIMIT_RULES = {
  batchItems: AT_LEAST_ONE,
  jsonDepth: within(1, MAX_JSON_DEPTH),
  pendingCalls: AT_LEAST_ONE,
  servedCalls: AT_LEAST_ONE,
} satisfies Record<keyof CallLimits, OptionRule>;
