/** The composition root: with the other files of this folder the only place that knows the whole house. */
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthenticatedGuard } from '../auth/authenticated.guard.js';
import { RolesGuard } from '../auth/roles.guard.js';
import { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import { HubService } from '../hub/hub.service.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { DrainService } from '../lifecycle/drain.service.js';
import { NodeState } from '../lifecycle/node-state.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NodeStatus } from '../observe/node-status.js';
import { Observers } from '../observe/observers.js';
import type { RealtimeOptions } from '../options/realtime.options.js';
import { resolveOptions } from '../options/realtime.options.js';
import { HandlerWraps } from '../rpc/handler-wraps.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import { RealtimeWsAdapter } from '../ws/realtime-ws-adapter.js';
import { RealtimeServers } from '../ws/realtime-servers.js';
import { ACCESS } from './access.js';
import { ATTENDING } from './attending.js';
import { CLUSTERING } from './clustering.js';
import { ENTERING } from './entering.js';
import { LEAVING } from './leaving.js';
import { LIMITING } from './limiting.js';
import { LOCAL_HUB } from './local-hub.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, RESOLVED_OPTIONS } from './realtime.module-definition.js';
import { SERVING } from './serving.js';
import { WATCHING } from './watching.js';

/** Not the defaults: whoever lost the options of an app, and with them its sign-in, must not find it open. */
const NO_OPTIONS =
  'there are no options: import RealtimeModule.forRoot() instead of RealtimeModule, once, with isGlobal where other modules use HubService; ' +
  'the factory of forRootAsync() must give back an object';

const OPTIONS: Provider[] = [
  {
    provide: RESOLVED_OPTIONS,
    inject: [{ token: MODULE_OPTIONS_TOKEN, optional: true }],
    useFactory: (options: RealtimeOptions | undefined) => {
      if (options === undefined) throw new RealtimeConfigError([NO_OPTIONS]);
      return resolveOptions(options);
    },
  },
];

/**
 * `imports: [RealtimeModule.forRoot()]` is all an app needs: its `@RpcMethod()`s answer at the path, and HubService can be injected.
 */
@Module({
  providers: [
    ...OPTIONS,
    ...WATCHING,
    ...CLUSTERING,
    ...LOCAL_HUB,
    ...ATTENDING,
    ...LIMITING,
    ...ACCESS,
    ...SERVING,
    ...ENTERING,
    ...LEAVING,
    AuthenticatedGuard,
  ],
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
    RealtimeServers,
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
