/** Brings the house to life when the app starts, and to an end when it stops. */
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { Exploration } from '../binding/method-explorer.js';
import type { Door } from '../endpoints/door.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';
import type { Placement } from '../endpoints/placement.js';
import { mappedMethods, openPaths } from '../endpoints/served-paths.js';
import type { Departure } from '../lifecycle/departure.js';
import type { SessionSweep } from '../lifecycle/session-sweep.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import { RealtimeConfigError } from '../rules/option-rules.js';

/** The other nodes; null on a node that is alone. */
interface Cluster {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export class RealtimeBootstrap implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('RealtimeModule');
  private started: Promise<void> | undefined;

  constructor(
    /** Finds and binds what the app serves, and says what is wrong with it. */
    private readonly explore: () => Promise<Exploration>,
    private readonly placement: Placement,
    /** Told of all methods that are served, each once for every path; says what is wrong with what is written about them. */
    private readonly inspect: (methods: readonly RegisteredMethod[]) => readonly string[],
    private readonly doors: readonly Door[],
    private readonly sweep: SessionSweep,
    private readonly departure: Departure,
    private readonly cluster: Cluster | null,
  ) {}

  /**
   * Once: Nest calls the hooks of a hybrid app again for each microservice with `deferInitialization`.
   * @throws {RealtimeConfigError} that names every method, policy and path which cannot be served
   */
  onApplicationBootstrap(): Promise<void> {
    return (this.started ??= this.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.departure.leave();
    this.sweep.stop();
    await Promise.all(this.doors.map((door) => door.close()));
    await this.cluster?.stop();
  }

  private async start(): Promise<void> {
    const exploration = await this.explore();
    const { methods, faults } = this.placement.place(exploration);
    const all = [...exploration.faults, ...faults, ...this.inspect(methods)];
    if (all.length > 0) throw new RealtimeConfigError([...new Set(all)]);
    // Before anybody may come in: a node that the others do not hear must not take sessions.
    await this.cluster?.start();
    await this.open();
    this.sweep.start();
    this.departure.comeBeforeHooks();
  }

  private async open(): Promise<void> {
    const served = new Set<RpcEndpoint>();
    const untold = new Set<RpcEndpoint>();
    let isMapped = false;
    for (const door of this.doors) {
      const reached = await door.open((endpoints) => {
        for (const endpoint of endpoints) untold.add(endpoint);
        if (isMapped) this.tell(untold, served);
      });
      for (const endpoint of reached) served.add(endpoint);
    }
    for (const line of mappedMethods([...served])) this.logger.debug(line);
    isMapped = true;
    this.tell(untold, served);
  }

  /** Each endpoint once: it may be reached by several servers. */
  private tell(untold: Set<RpcEndpoint>, served: Set<RpcEndpoint>): void {
    const fresh = [...untold].filter((endpoint) => served.delete(endpoint));
    untold.clear();
    if (fresh.length > 0) this.logger.log(openPaths(fresh));
  }
}
