/** The composition root: the only file that knows the whole house. */
import { Inject, Logger, Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, HttpAdapterHost, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { SessionAcceptor } from './admission/session-acceptor.js';
import { AuthenticatedGuard } from './auth/authenticated.guard.js';
import { HubService } from './hub/hub.service.js';
import { LocalDelivery } from './hub/local-delivery.js';
import { SessionRegistry } from './hub/session-registry.js';
import { TopicIndex } from './hub/topic-index.js';
import { NodeState } from './lifecycle/node-state.js';
import { SessionSweep } from './lifecycle/session-sweep.js';
import { ShutdownService } from './lifecycle/shutdown.service.js';
import { HeartbeatMethods } from './methods/heartbeat.methods.js';
import { TopicMethods } from './methods/topic.methods.js';
import { RealtimeConfigError } from './option-rules.js';
import { NodeCounters } from './observe/node-counters.js';
import { Observers } from './observe/observers.js';
import { RealtimeBootstrap } from './realtime.bootstrap.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE } from './realtime.module-definition.js';
import type { RealtimeOptions, ResolvedOptions } from './realtime.options.js';
import { resolveOptions } from './realtime.options.js';
import { HandlerBinder } from './rpc/handler-binder.js';
import { MethodExplorer } from './rpc/method-explorer.js';
import type { Exploration } from './rpc/method-explorer.js';
import { ScopedProviders } from './rpc/scoped-providers.js';
import { FlushSchedule } from './session/flush-schedule.js';
import type { Session, SessionSurroundings } from './session/session.js';
import { checkTopicName } from './topics/topic-name.js';
import { TopicPolicies } from './topics/topic-policies.js';
import { TopicService } from './topics/topic.service.js';
import { EndpointDirectory } from './ws/endpoint-directory.js';
import { RealtimeWsAdapter } from './ws/realtime-ws-adapter.js';

const RESOLVED_OPTIONS = Symbol('nestjs-realtime:options');
const SURROUNDINGS = Symbol('nestjs-realtime:surroundings');

const logger = new Logger('RealtimeModule');

const core: Provider[] = [
  { provide: RESOLVED_OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: RealtimeOptions) => resolveOptions(options) },
  NodeCounters,
  NodeState,
  {
    provide: Observers,
    useFactory: () => new Observers((fault, observer) => logFault(`The observer ${observer.constructor.name} failed`, fault)),
  },
  { provide: TopicIndex, inject: [Observers], useFactory: (observers: Observers) => new TopicIndex(observers) },
  {
    provide: SessionRegistry,
    inject: [TopicIndex, RESOLVED_OPTIONS, Observers],
    useFactory: (topics: TopicIndex, { platforms }: ResolvedOptions, observers: Observers) =>
      new SessionRegistry(topics, platforms, observers),
  },
  {
    provide: LocalDelivery,
    inject: [SessionRegistry, TopicIndex, Observers, NodeCounters],
    useFactory: (sessions: SessionRegistry, topics: TopicIndex, observers: Observers, counters: NodeCounters) =>
      new LocalDelivery(sessions, topics, observers, counters),
  },
  {
    provide: SessionSweep,
    inject: [SessionRegistry],
    useFactory: (sessions: SessionRegistry) => new SessionSweep(sessions, (fault) => logFault('Looking after a session failed', fault)),
  },
  {
    provide: HubService,
    inject: [SessionRegistry, TopicIndex, LocalDelivery, RESOLVED_OPTIONS],
    useFactory: (sessions: SessionRegistry, topics: TopicIndex, delivery: LocalDelivery, { limits }: ResolvedOptions) =>
      new HubService(sessions, topics, delivery, (topic) => checkTopicName(topic, limits.topicNameBytes)),
  },
  {
    provide: TopicPolicies,
    inject: [RESOLVED_OPTIONS],
    useFactory: ({ defaultTopicPolicy }: ResolvedOptions) => new TopicPolicies(defaultTopicPolicy),
  },
  {
    provide: TopicService,
    inject: [TopicIndex, TopicPolicies, RESOLVED_OPTIONS],
    useFactory: (topics: TopicIndex, policies: TopicPolicies, { limits }: ResolvedOptions) => new TopicService(topics, policies, limits),
  },
  {
    provide: ShutdownService,
    inject: [NodeState, SessionRegistry, RESOLVED_OPTIONS],
    useFactory: (state: NodeState, sessions: SessionRegistry, { drain }: ResolvedOptions) => new ShutdownService(state, sessions, drain),
  },
];

const methods: Provider[] = [
  HeartbeatMethods,
  { provide: TopicMethods, inject: [TopicService], useFactory: (service: TopicService) => new TopicMethods(service) },
];

const edge: Provider[] = [
  {
    provide: SURROUNDINGS,
    inject: [SessionRegistry, RESOLVED_OPTIONS, Observers, NodeCounters],
    useFactory: (
      host: SessionRegistry,
      { outbound }: ResolvedOptions,
      observers: Observers,
      counters: NodeCounters,
    ): SessionSurroundings => ({
      host,
      outbound,
      observers,
      counters,
      schedule: new FlushSchedule((fault) => logFault('Writing to a session failed', fault)),
      onFault: (fault, session) => logFault(`A listener of session ${session.id} failed`, fault),
    }),
  },
  {
    provide: SessionAcceptor,
    inject: [SessionRegistry, SURROUNDINGS, RESOLVED_OPTIONS, Observers],
    useFactory: (sessions: SessionRegistry, surroundings: SessionSurroundings, { limits }: ResolvedOptions, observers: Observers) =>
      new SessionAcceptor(sessions, surroundings, { limits, observers }),
  },
  {
    provide: EndpointDirectory,
    inject: [RESOLVED_OPTIONS],
    useFactory: ({ path, port }: ResolvedOptions) =>
      new EndpointDirectory(path, port, (fault, session: Session) =>
        logFault(`A gateway's connection hook failed for session ${session.id}`, fault),
      ),
  },
  {
    provide: RealtimeBootstrap,
    inject: [
      RESOLVED_OPTIONS,
      EndpointDirectory,
      SessionAcceptor,
      NodeState,
      ShutdownService,
      SessionSweep,
      HttpAdapterHost,
      TopicPolicies,
      ModulesContainer,
      ExternalContextCreator,
      ApplicationConfig,
    ],
    useFactory: (
      options: ResolvedOptions,
      endpoints: EndpointDirectory,
      acceptor: SessionAcceptor,
      state: NodeState,
      shutdown: ShutdownService,
      sweep: SessionSweep,
      http: HttpAdapterHost,
      policies: TopicPolicies,
      modules: ModulesContainer,
      creator: ExternalContextCreator,
      config: ApplicationConfig,
    ) => {
      const explore = async (): Promise<Exploration> => {
        const twice = importedTwice(modules);
        // Everything would be found twice as well; one sentence says why.
        if (twice.length > 0) throw new RealtimeConfigError(twice);
        const scanner = new MetadataScanner();
        const scoped = new ScopedProviders(creator, config);
        const binder = new HandlerBinder(creator, scoped, options.validation);
        const exploration = await new MethodExplorer(modules, scanner, binder, scoped).explore();
        const faults = [...exploration.faults, ...policies.explore(modules, scanner, scoped)];
        return { ...exploration, faults };
      };
      return new RealtimeBootstrap(options, endpoints, acceptor, state, shutdown, sweep, http, explore);
    },
  },
];

/**
 * `imports: [RealtimeModule.forRoot()]` is all an app needs: its `@RpcMethod()`s answer at the path, and HubService can be injected.
 */
@Module({
  providers: [...core, ...methods, ...edge, AuthenticatedGuard],
  exports: [HubService, AuthenticatedGuard, EndpointDirectory, Observers, NodeCounters, SessionRegistry, NodeState],
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

/** Two imports with different options would be two hubs, and half of the sessions would be missing in each. */
function importedTwice(modules: ModulesContainer): string[] {
  const imports = [...modules.values()].filter(({ metatype }) => metatype === RealtimeModule).length;
  return imports > 1
    ? [`RealtimeModule is imported more than once with different options (${imports} times); import it once, with isGlobal if need be`]
    : [];
}

function logFault(what: string, fault: unknown): void {
  logger.error(`${what}: ${fault instanceof Error ? fault.message : String(fault)}`, fault instanceof Error ? fault.stack : undefined);
}
