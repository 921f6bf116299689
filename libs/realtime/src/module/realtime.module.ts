/** The composition root: with its parts (`realtime.*.ts`) the only place that knows the whole house. */
import { Inject, Logger, Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { Admission } from '../admission/admission.js';
import { RETRY_AFTER_MS } from '../admission/refusal.js';
import { SessionAcceptor } from '../admission/session-acceptor.js';
import { AuthenticatedGuard } from '../auth/authenticated.guard.js';
import { RolesGuard } from '../auth/roles.guard.js';
import { HubService } from '../hub/hub.service.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { DrainService } from '../lifecycle/drain.service.js';
import { Heartbeat } from '../lifecycle/heartbeat.js';
import { NodeState } from '../lifecycle/node-state.js';
import { SessionSweep } from '../lifecycle/session-sweep.js';
import { WriteTimeout } from '../lifecycle/write-timeout.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NodeStatistics } from '../observe/node-statistics.js';
import { NodeStatus } from '../observe/node-status.js';
import { Observers } from '../observe/observers.js';
import { ACCESS } from './access.js';
import { RealtimeBootstrap } from './realtime.bootstrap.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, RESOLVED_OPTIONS } from './realtime.module-definition.js';
import type { RealtimeOptions, ResolvedOptions } from '../options/realtime.options.js';
import { resolveOptions } from '../options/realtime.options.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import { CALLS, INSPECT, LIMITING } from './limiting.js';
import { EXPLORE, SERVING } from './serving.js';
import { WATCHING } from './watching.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import type { CallSurroundings } from '../rpc/call-surroundings.js';
import { FlushSchedule } from '../outbound/flush-schedule.js';
import { LossReports } from '../outbound/loss-reports.js';
import { PendingWork } from '../session/pending-work.js';
import type { Session, SessionSurroundings } from '../session/session.js';
import { SlowRules } from '../topics/slow-rules.js';
import { checkTopicName } from '../topics/topic-name.js';
import { TopicPolicies } from '../topics/topic-policies.js';
import { TopicReview } from '../topics/topic-review.js';
import { TopicService } from '../topics/topic.service.js';
import { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import { RealtimeWsAdapter } from '../ws/realtime-ws-adapter.js';

/** Not the defaults: whoever lost the options of an app, and with them its sign-in, must not find it open. */
const NO_OPTIONS =
  'there are no options: import RealtimeModule.forRoot() instead of RealtimeModule, once, with isGlobal where other modules use HubService; ' +
  'the factory of forRootAsync() must give back an object';

const SURROUNDINGS = Symbol('nestjs-realtime:surroundings');

const core: Provider[] = [
  {
    provide: RESOLVED_OPTIONS,
    inject: [{ token: MODULE_OPTIONS_TOKEN, optional: true }],
    useFactory: (options: RealtimeOptions | undefined) => {
      if (options === undefined) throw new RealtimeConfigError([NO_OPTIONS]);
      return resolveOptions(options);
    },
  },
  NodeState,
  PendingWork,
  { provide: TopicIndex, inject: [Observers], useFactory: (observers: Observers) => new TopicIndex(observers) },
  {
    provide: SessionRegistry,
    inject: [TopicIndex, RESOLVED_OPTIONS, Observers],
    useFactory: (topics: TopicIndex, { platforms, limits, singleSession }: ResolvedOptions, observers: Observers) => {
      const rules = { perUser: limits.connections.perUser, singleSession, retryAfterMs: RETRY_AFTER_MS };
      return new SessionRegistry(topics, platforms, observers, rules);
    },
  },
  {
    provide: LocalDelivery,
    inject: [SessionRegistry, TopicIndex, Observers, NodeCounters],
    useFactory: (sessions: SessionRegistry, topics: TopicIndex, observers: Observers, counters: NodeCounters) =>
      new LocalDelivery(sessions, topics, observers, counters),
  },
  {
    provide: SessionSweep,
    inject: [SessionRegistry, RESOLVED_OPTIONS, FaultLog],
    useFactory: (sessions: SessionRegistry, { writeTimeoutMs, heartbeat: times }: ResolvedOptions, faults: FaultLog) => {
      const sweep = new SessionSweep(sessions, (fault) => faults.report('Looking after a session failed', fault));
      const writeTimeout = new WriteTimeout(writeTimeoutMs);
      sweep.add(writeTimeout.check, writeTimeout.everyMs);
      const heartbeat = new Heartbeat(times);
      if (heartbeat.everyMs > 0) sweep.add(heartbeat.look, heartbeat.everyMs);
      return sweep;
    },
  },
  {
    provide: HubService,
    inject: [SessionRegistry, TopicIndex, LocalDelivery, RESOLVED_OPTIONS, Observers, NodeStatistics, TopicReview],
    useFactory: (
      sessions: SessionRegistry,
      topicIndex: TopicIndex,
      delivery: LocalDelivery,
      options: ResolvedOptions,
      observers: Observers,
      statistics: NodeStatistics,
      review: TopicReview,
    ) => {
      const { limits, outbound, topics } = options;
      const rules = new SlowRules(outbound.policy, topics);
      return new HubService(
        sessions,
        topicIndex,
        delivery,
        (topic) => checkTopicName(topic, limits.topicNameBytes),
        (topic, method, params) => rules.of(topic, method, params),
        observers,
        statistics,
        (session) => review.ofSession(session),
      );
    },
  },
  {
    provide: TopicPolicies,
    inject: [RESOLVED_OPTIONS],
    useFactory: ({ defaultTopicPolicy }: ResolvedOptions) => new TopicPolicies(defaultTopicPolicy),
  },
  {
    provide: TopicService,
    inject: [TopicIndex, TopicPolicies, RESOLVED_OPTIONS, Observers],
    useFactory: (topics: TopicIndex, policies: TopicPolicies, { limits }: ResolvedOptions, observers: Observers) =>
      new TopicService(topics, policies, limits, observers),
  },
  {
    provide: DrainService,
    inject: [NodeState, SessionRegistry, PendingWork, RESOLVED_OPTIONS],
    useFactory: (state: NodeState, sessions: SessionRegistry, work: PendingWork, { drain }: ResolvedOptions) =>
      new DrainService(state, sessions, work, drain, new Logger('RealtimeModule')),
  },
];

const edge: Provider[] = [
  {
    provide: SURROUNDINGS,
    inject: [SessionRegistry, RESOLVED_OPTIONS, Observers, NodeCounters, FaultLog, PendingWork],
    useFactory: (
      host: SessionRegistry,
      { outbound }: ResolvedOptions,
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
      schedule: new FlushSchedule((fault) => faults.report('Writing to a session failed', fault)),
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
    provide: RealtimeBootstrap,
    inject: [
      RESOLVED_OPTIONS,
      EndpointDirectory,
      Admission,
      SessionAcceptor,
      NodeState,
      DrainService,
      PendingWork,
      SessionSweep,
      HttpAdapterHost,
      EXPLORE,
      INSPECT,
    ],
    useFactory: (...parts: ConstructorParameters<typeof RealtimeBootstrap>) => new RealtimeBootstrap(...parts),
  },
];

/**
 * `imports: [RealtimeModule.forRoot()]` is all an app needs: its `@RpcMethod()`s answer at the path, and HubService can be injected.
 */
@Module({
  providers: [...WATCHING, ...core, ...LIMITING, ...ACCESS, ...SERVING, ...edge, AuthenticatedGuard],
  exports: [
    HubService,
    AuthenticatedGuard,
    RolesGuard,
    EndpointDirectory,
    Observers,
    NodeCounters,
    NodeStatus,
    HandlerWraps,
    SessionRegistry,
    NodeState,
    DrainService,
  ],
})
export class RealtimeModule extends ConfigurableModuleClass {
  /** @throws {RealtimeConfigError} when the app starts, if an option is wrong */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  constructor(@Inject(ApplicationConfig) config: ApplicationConfig, @Inject(EndpointDirectory) endpoints: EndpointDirectory) {
    super();
    // Nest registers its own gateways right after the modules are made, and asks the adapter for their servers then.
    config.setIoAdapter(new RealtimeWsAdapter(endpoints));
  }
}
