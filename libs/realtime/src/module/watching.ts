/** The providers that watch this node: who listens, what is counted, what is logged, what stands around handlers. */
import type { Provider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Exploration } from '../binding/method-explorer.js';
import type { ClusterNode } from '../cluster/cluster-node.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { NodeState } from '../lifecycle/node-state.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NodeStatistics } from '../observe/node-statistics.js';
import { NodeStatus } from '../observe/node-status.js';
import { Observers, nameOfObserver } from '../observe/observers.js';
import type { RealtimeObserver } from '../observe/realtime-observer.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import type { PresenceService } from '../presence/presence.service.js';
import { PRESENCE } from './attending.js';
import { CLUSTER_NODE } from './clustering.js';
import { Collaborators } from './collaborators.js';
import type { Preparation } from './preparation.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Lets the observers of the options listen. */
export const PREPARE_OBSERVERS = Symbol('nestjs-realtime:prepare-observers');

export const WATCHING: Provider[] = [
  NodeCounters,
  HandlerWraps,
  {
    provide: Observers,
    useFactory: () => {
      const observers: Observers = new Observers((fault, observer) =>
        new FaultLog(observers).report(`The observer ${nameOfObserver(observer)} failed`, fault),
      );
      return observers;
    },
  },
  { provide: FaultLog, inject: [Observers], useFactory: (observers: Observers) => new FaultLog(observers) },
  {
    provide: NodeStatistics,
    inject: [NodeCounters, Observers, RESOLVED_OPTIONS],
    useFactory: (counters: NodeCounters, observers: Observers, { debugStats }: ResolvedOptions) => {
      const statistics = new NodeStatistics(counters);
      if (debugStats) observers.add(statistics.measureLatency());
      return statistics;
    },
  },
  {
    provide: NodeStatus,
    inject: [SessionRegistry, NodeState, NodeStatistics, RESOLVED_OPTIONS, CLUSTER_NODE, PRESENCE],
    useFactory: (
      sessions: SessionRegistry,
      state: NodeState,
      statistics: NodeStatistics,
      { limits }: ResolvedOptions,
      cluster: ClusterNode | null,
      presence: PresenceService | null,
    ): NodeStatus => ({
      read() {
        const { sessions: counts, signedIn, anonymous, topics } = sessions.stats();
        return {
          state: state.current,
          uptimeMs: statistics.uptimeMs,
          sessions: counts.open,
          closing: counts.closing,
          signedIn,
          anonymous,
          topics,
          present: presence?.members ?? 0,
          maxSessions: limits.connections.total,
          ...(cluster ? { cluster: cluster.status } : {}),
        };
      },
    }),
  },
  {
    provide: PREPARE_OBSERVERS,
    inject: [RESOLVED_OPTIONS, Observers, ModuleRef],
    useFactory:
      (options: ResolvedOptions, observers: Observers, nest: ModuleRef): Preparation =>
      () =>
        addObservers(options.observers, observers, nest),
  },
];

/** The same with everything around the handlers. */
export function wrapped(exploration: Exploration, wraps: HandlerWraps): Exploration {
  const around = <T extends { readonly method: RegisteredMethod }>(found: T): T => ({ ...found, method: wraps.around(found.method) });
  return { ...exploration, methods: exploration.methods.map(around), builtins: exploration.builtins.map(around) };
}

/** An object listens as it is, a class as the app provides it, else made here. @returns what is wrong, one sentence for each fault */
async function addObservers(
  chosen: readonly (RealtimeObserver | Type<RealtimeObserver>)[],
  observers: Observers,
  nest: ModuleRef,
): Promise<readonly string[]> {
  const collaborators = new Collaborators(nest);
  for (const one of chosen) {
    const observer = typeof one === 'function' ? await collaborators.ofClass('observers', one) : one;
    if (observer) observers.add(observer);
    else if (typeof one === 'function' && observer === null) collaborators.faults.push(`observers: the app provides ${one.name} as null`);
  }
  return collaborators.faults;
}
