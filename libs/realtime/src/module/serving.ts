/** The part of the composition root that finds what the app serves, and the library's own methods. */
import type { Provider } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, MetadataScanner, ModuleRef, ModulesContainer } from '@nestjs/core';
import { warnOfIdleRoles } from '../auth/idle-roles.js';
import { HeartbeatMethods } from '../methods/heartbeat.methods.js';
import { TopicMethods } from '../methods/topic.methods.js';
import { Observers } from '../observe/observers.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import type { PrepareAccess } from './access.js';
import { PREPARE_ACCESS } from './access.js';
import { ConfigurableModuleClass, RESOLVED_OPTIONS } from './realtime.module-definition.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { addObservers, wrapped } from './watching.js';
import { HandlerBinder } from '../binding/handler-binder.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import { warnOfIdleOptions } from '../binding/idle-gateway-options.js';
import type { Exploration } from '../binding/method-explorer.js';
import { MethodExplorer } from '../binding/method-explorer.js';
import { ScopedProviders } from '../binding/scoped-providers.js';
import { TopicPolicies } from '../topics/topic-policies.js';
import { TopicService } from '../topics/topic.service.js';

/** Finds and binds everything that the app serves; once, at boot. */
export type Explore = () => Promise<Exploration>;

export const EXPLORE = Symbol('nestjs-realtime:explore');

export const SERVING: Provider[] = [
  HeartbeatMethods,
  { provide: TopicMethods, inject: [TopicService], useFactory: (service: TopicService) => new TopicMethods(service) },
  {
    provide: EXPLORE,
    inject: [
      RESOLVED_OPTIONS,
      PREPARE_ACCESS,
      TopicPolicies,
      ModulesContainer,
      ExternalContextCreator,
      ApplicationConfig,
      Observers,
      HandlerWraps,
      ModuleRef,
    ],
    useFactory: (
      options: ResolvedOptions,
      prepareAccess: PrepareAccess,
      policies: TopicPolicies,
      modules: ModulesContainer,
      creator: ExternalContextCreator,
      config: ApplicationConfig,
      observers: Observers,
      wraps: HandlerWraps,
      nest: ModuleRef,
    ): Explore => {
      return async () => {
        const deaf = await addObservers(options.observers, observers, nest);
        const twice = importedTwice(modules);
        // Everything would be found twice as well; one sentence says why.
        if (twice.length > 0) throw new RealtimeConfigError(twice);
        const scanner = new MetadataScanner();
        const scoped = new ScopedProviders(creator, config);
        const binder = new HandlerBinder(creator, scoped, options.validation);
        const exploration = wrapped(await new MethodExplorer(modules, scanner, binder, scoped).explore(), wraps);
        const faults = [...deaf, ...(await prepareAccess()), ...exploration.faults, ...policies.explore(modules, scanner, scoped)];
        warnOfIdleRoles(modules, scanner, config);
        warnOfIdleOptions(modules, scanner);
        return { ...exploration, faults };
      };
    },
  },
];

/** Two imports with different options would be two hubs, and half of the sessions would be missing in each. */
function importedTwice(modules: ModulesContainer): string[] {
  const imports = [...modules.values()].filter(({ metatype }) => metatype.prototype instanceof ConfigurableModuleClass).length;
  return imports > 1
    ? [`RealtimeModule is imported more than once with different options (${imports} times); import it once, with isGlobal if need be`]
    : [];
}
