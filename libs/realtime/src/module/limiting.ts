/** The providers that limit how often peers may call. */
import type { Provider } from '@nestjs/common';
import type { UserShares } from '../hub/user-shares.js';
import { SessionSweep } from '../lifecycle/session-sweep.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import { NodeCounters } from '../observe/node-counters.js';
import { Observers } from '../observe/observers.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { SingleReply } from '../rpc/call-reply.js';
import { CallScope } from '../rpc/call-scope.js';
import type { CallSurroundings } from '../rpc/call-surroundings.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import { USER_SHARES } from './clustering.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Looks at all methods that are served. @returns what is wrong with their limits */
export type Inspect = (methods: readonly RegisteredMethod[]) => readonly string[];

export const CALLS = Symbol('nestjs-realtime:calls');
export const INSPECT = Symbol('nestjs-realtime:inspect');

/** How late buckets that are full again may be forgotten, in ms. */
const BUCKET_SWEEP_MS = 10_000;

export const LIMITING: Provider[] = [
  {
    provide: RateLimiter,
    inject: [RESOLVED_OPTIONS, USER_SHARES],
    useFactory: ({ rate }: ResolvedOptions, shares: UserShares | null) =>
      new RateLimiter(rate, undefined, shares ? (userId) => shares.count(userId) : undefined),
  },
  {
    provide: CALLS,
    inject: [RESOLVED_OPTIONS, Observers, NodeCounters],
    useFactory: ({ limits, outbound }: ResolvedOptions, observers: Observers, counters: NodeCounters): CallSurroundings => ({
      limits,
      observers,
      counters,
      reply: new SingleReply(outbound.maxBytes),
      scope: new CallScope(),
    }),
  },
  {
    provide: INSPECT,
    inject: [RateLimiter, CALLS, SessionSweep],
    useFactory:
      (limiter: RateLimiter, calls: CallSurroundings, sweep: SessionSweep): Inspect =>
      (methods) => {
        const faults = limiter.prepare(methods);
        // Without limits there is no gate, and calls do not pay for one.
        if (limiter.isNeeded) calls.gate = limiter;
        if (limiter.isShared) sweep.addRound((nowMs) => limiter.sweep(nowMs), BUCKET_SWEEP_MS);
        return faults;
      },
  },
];
