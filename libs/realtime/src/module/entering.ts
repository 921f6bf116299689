/** The part of the composition root that lets sessions in: what they share, where they open, and through which doors. */
import type { Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Admission } from '../admission/admission.js';
import { Entrance } from '../admission/entrance.js';
import { SessionAcceptor } from '../admission/session-acceptor.js';
import type { Door } from '../endpoints/door.js';
import { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import { GatewayConnections } from '../endpoints/gateway-connections.js';
import { Placement } from '../endpoints/placement.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { Departure } from '../lifecycle/departure.js';
import { NodeState } from '../lifecycle/node-state.js';
import { SessionSweep } from '../lifecycle/session-sweep.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import { Observers } from '../observe/observers.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { FlushSchedule } from '../outbound/flush-schedule.js';
import { LossReports } from '../outbound/loss-reports.js';
import type { CallSurroundings } from '../rpc/call-surroundings.js';
import { PendingWork } from '../session/pending-work.js';
import type { Session, SessionSurroundings } from '../session/session.js';
import { RealtimeServers } from '../ws/realtime-servers.js';
import { WsDoor } from '../ws/ws-door.js';
import { CLUSTER_NODE } from './clustering.js';
import { CALLS, INSPECT } from './limiting.js';
import { RealtimeBootstrap } from './realtime.bootstrap.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';
import { EXPLORE } from './serving.js';

const SURROUNDINGS = Symbol('nestjs-realtime:surroundings');
/** A further door is one more provider in this list. */
const DOORS = Symbol('nestjs-realtime:doors');

export const ENTERING: Provider[] = [
  {
    provide: SURROUNDINGS,
    inject: [SessionRegistry, RESOLVED_OPTIONS, Observers, NodeCounters, FaultLog, PendingWork],
    useFactory: (
      host: SessionRegistry,
      { outbound, fairness }: ResolvedOptions,
      observers: Observers,
      counters: NodeCounters,
      faults: FaultLog,
      work: PendingWork,
    ): SessionSurroundings => ({
      host,
      work,
      outbound,
      observers,
      counters,
      losses: new LossReports(observers),
      schedule: new FlushSchedule((fault) => faults.report('Writing to a session failed', fault), fairness.sliceMs),
      onFault: (fault, session) => faults.report(`A listener of session ${session.id} failed`, fault),
    }),
  },
  {
    provide: SessionAcceptor,
    inject: [SessionRegistry, SURROUNDINGS, CALLS],
    useFactory: (sessions: SessionRegistry, surroundings: SessionSurroundings, calls: CallSurroundings) =>
      new SessionAcceptor(sessions, surroundings, calls),
  },
  {
    provide: EndpointDirectory,
    inject: [RESOLVED_OPTIONS, FaultLog],
    useFactory: ({ path, port }: ResolvedOptions, faults: FaultLog) =>
      new EndpointDirectory(path, port, (fault, session: Session) =>
        faults.report(`A gateway's connection hook failed for session ${session.id}`, fault),
      ),
  },
  {
    provide: Entrance,
    inject: [Admission, SessionAcceptor, NodeState],
    useFactory: (...parts: ConstructorParameters<typeof Entrance>) => new Entrance(...parts),
  },
  {
    provide: Placement,
    inject: [EndpointDirectory, RESOLVED_OPTIONS, PendingWork],
    useFactory: (endpoints: EndpointDirectory, { methods }: ResolvedOptions, work: PendingWork) =>
      new Placement(endpoints, methods, new GatewayConnections(work)),
  },
  {
    provide: WsDoor,
    inject: [EndpointDirectory, Entrance, RESOLVED_OPTIONS, HttpAdapterHost],
    useFactory: (endpoints: EndpointDirectory, entrance: Entrance, options: ResolvedOptions, http: HttpAdapterHost) => {
      const { limits, writeTimeoutMs, compression, host } = options;
      const wire = { frameBytes: limits.frameBytes, closeTimeoutMs: writeTimeoutMs, compression };
      return new WsDoor(endpoints, entrance, wire, host, http);
    },
  },
  { provide: RealtimeServers, inject: [WsDoor], useFactory: ({ servers }: WsDoor) => servers },
  { provide: DOORS, inject: [WsDoor], useFactory: (...doors: Door[]) => doors },
  {
    provide: RealtimeBootstrap,
    inject: [EXPLORE, Placement, INSPECT, DOORS, SessionSweep, Departure, CLUSTER_NODE],
    useFactory: (...parts: ConstructorParameters<typeof RealtimeBootstrap>) => new RealtimeBootstrap(...parts),
  },
];
