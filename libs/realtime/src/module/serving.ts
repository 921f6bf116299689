/** The part of the composition root that finds what the app serves, and the library's own methods. */
import type { Provider } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, LazyModuleLoader, ModulesContainer } from '@nestjs/core';
import { warnOfIdleRoles } from '../auth/idle-roles.js';
import { HandlerBinder } from '../binding/handler-binder.js';
import { warnOfIdleOptions } from '../binding/idle-gateway-options.js';
import type { Exploration } from '../binding/method-explorer.js';
import { MethodExplorer } from '../binding/method-explorer.js';
import { NestParts } from '../binding/nest-parts.js';
import { PayloadPipes } from '../binding/payload-pipes.js';
import { UntypedParams } from '../binding/untyped-params.js';
import { HeartbeatMethods } from '../methods/heartbeat.methods.js';
import { TopicMethods } from '../methods/topic.methods.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import { TopicPolicies } from '../topics/topic-policies.js';
import { TopicSnapshots } from '../topics/topic-snapshots.js';
import { TopicService } from '../topics/topic.service.js';
import { PREPARE_ACCESS } from './access.js';
import { refuseLateMethods } from './late-modules.js';
import type { Preparation } from './preparation.js';
import { ConfigurableModuleClass, RESOLVED_OPTIONS } from './realtime.module-definition.js';
import { PREPARE_OBSERVERS, wrapped } from './watching.js';

/** Finds and binds everything that the app serves; once, at boot. */
export type Explore = () => Promise<Exploration>;

export const EXPLORE = Symbol('nestjs-realtime:explore');

export const SERVING: Provider[] = [
  HeartbeatMethods,
  { provide: TopicMethods, inject: [TopicService], useFactory: (service: TopicService) => new TopicMethods(service) },
  {
    provide: NestParts,
    inject: [ModulesContainer, ExternalContextCreator, ApplicationConfig],
    useFactory: (...parts: ConstructorParameters<typeof NestParts>) => new NestParts(...parts),
  },
  {
    provide: EXPLORE,
    inject: [RESOLVED_OPTIONS, NestParts, PREPARE_OBSERVERS, PREPARE_ACCESS, TopicPolicies, TopicSnapshots, HandlerWraps, LazyModuleLoader],
    useFactory:
      (
        { validation }: ResolvedOptions,
        nest: NestParts,
        prepareObservers: Preparation,
        prepareAccess: Preparation,
        policies: TopicPolicies,
        snapshots: TopicSnapshots,
        wraps: HandlerWraps,
        lazy: LazyModuleLoader,
      ): Explore =>
      async () => {
        const deaf = await prepareObservers();
        const twice = importedTwice(nest.modules);
        // Everything would be found twice as well; one sentence says why.
        if (twice.length > 0) throw new RealtimeConfigError(twice);
        const untyped = new UntypedParams();
        const binder = new HandlerBinder(nest.creator, nest.scoped, new PayloadPipes(validation, nest.config, untyped));
        const exploration = wrapped(await new MethodExplorer(nest, binder).explore(), wraps);
        const faults = [...deaf, ...(await prepareAccess()), ...exploration.faults, ...policies.explore(nest), ...snapshots.explore(nest)];
        warnOfIdleRoles(nest);
        warnOfIdleOptions(nest);
        untyped.warn();
        refuseLateMethods(lazy, nest);
        return { ...exploration, faults };
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
