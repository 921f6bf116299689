/** Brings the house to life when the app starts, and to an end when it stops. */
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { Exploration } from '../binding/method-explorer.js';
import type { Door } from '../endpoints/door.js';
import type { Placement } from '../endpoints/placement.js';
import { mappedMethods, openPaths } from '../endpoints/served-paths.js';
import type { Departure } from '../lifecycle/departure.js';
import type { SessionSweep } from '../lifecycle/session-sweep.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import { RealtimeConfigError } from '../rules/option-rules.js';

export class RealtimeBootstrap implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('RealtimeModule');

  constructor(
    /** Finds and binds what the app serves, and says what is wrong with it. */
    private readonly explore: () => Promise<Exploration>,
    private readonly placement: Placement,
    /** Told of all methods that are served, each once for every path; says what is wrong with what is written about them. */
    private readonly inspect: (methods: readonly RegisteredMethod[]) => readonly string[],
    private readonly doors: readonly Door[],
    private readonly sweep: SessionSweep,
    private readonly departure: Departure,
  ) {}

  /** @throws {RealtimeConfigError} that names every method, policy and path which cannot be served */
  async onApplicationBootstrap(): Promise<void> {
    const exploration = await this.explore();
    const { methods, faults } = this.placement.place(exploration);
    const all = [...exploration.faults, ...faults, ...this.inspect(methods)];
    if (all.length > 0) throw new RealtimeConfigError([...new Set(all)]);
    await this.open();
    this.sweep.start();
    this.departure.comeBeforeHooks();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.departure.leave();
    this.sweep.stop();
    await Promise.all(this.doors.map((door) => door.close()));
  }

  private async open(): Promise<void> {
    const reached = [];
    for (const door of this.doors) reached.push(...(await door.open()));
    if (reached.length === 0) return;
    const open = [...new Set(reached)];
    for (const line of mappedMethods(open)) this.logger.debug(line);
    this.logger.log(openPaths(open));
  }
}
