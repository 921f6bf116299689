/** The part of the composition root that finds out who is gone, and says goodbye. */
import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SessionRegistry } from '../hub/session-registry.js';
import { Departure } from '../lifecycle/departure.js';
import { DrainService } from '../lifecycle/drain.service.js';
import { Heartbeat } from '../lifecycle/heartbeat.js';
import { NodeState } from '../lifecycle/node-state.js';
import { SessionSweep } from '../lifecycle/session-sweep.js';
import { WriteTimeout } from '../lifecycle/write-timeout.js';
import { FaultLog } from '../observe/fault-log.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { FairTurns } from '../outbound/fair-turns.js';
import { PendingWork } from '../session/pending-work.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

export const LEAVING: Provider[] = [
  NodeState,
  PendingWork,
  {
    provide: SessionSweep,
    inject: [SessionRegistry, RESOLVED_OPTIONS, FaultLog],
    useFactory: (sessions: SessionRegistry, { writeTimeoutMs, heartbeat: times, fairness }: ResolvedOptions, faults: FaultLog) => {
      const sweep = new SessionSweep(
        sessions,
        (fault) => faults.report('Looking after a session failed', fault),
        new FairTurns(fairness.sliceMs),
      );
      const writeTimeout = new WriteTimeout(writeTimeoutMs);
      sweep.add(writeTimeout.check, writeTimeout.everyMs);
      const heartbeat = new Heartbeat(times);
      if (heartbeat.everyMs > 0) sweep.add(heartbeat.look, heartbeat.everyMs);
      return sweep;
    },
  },
  {
    provide: DrainService,
    inject: [NodeState, SessionRegistry, PendingWork, RESOLVED_OPTIONS],
    useFactory: (state: NodeState, sessions: SessionRegistry, work: PendingWork, { drain, fairness }: ResolvedOptions) =>
      new DrainService(state, sessions, work, drain, new Logger('RealtimeModule'), Math.random, new FairTurns(fairness.sliceMs)),
  },
  {
    provide: Departure,
    inject: [DrainService, RESOLVED_OPTIONS, HttpAdapterHost],
    useFactory: (drains: DrainService, { drain }: ResolvedOptions, http: HttpAdapterHost) =>
      new Departure(drains, drain.delayMs + drain.timeoutMs, http),
  },
];
