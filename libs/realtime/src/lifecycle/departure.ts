/** The way of a node out of its process: the drain runs before anything else of the app ends, and ends with the app's server. */
import type { HttpServer } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { ClosingLimit } from './closing-limit.js';
import type { DrainService } from './drain.service.js';
import { onFurtherSignal } from './further-signal.js';

export class Departure {
  private leaving: Promise<void> | undefined;

  /** @param timeoutMs how long the app's server may take to end */
  constructor(
    private readonly drains: DrainService,
    private readonly timeoutMs: number,
    private readonly http: HttpAdapterHost,
  ) {}

  /**
   * Providers of the app may end in their `onModuleDestroy`, which Nest runs in an order that is not ours to choose. Before all of
   * those it waits for the HTTP adapter: now calls can still finish, and connection hooks can still do what they have to.
   */
  comeBeforeHooks(): void {
    const { adapter } = this;
    if (!adapter) return;
    const before = adapter.beforeClose?.bind(adapter) as (() => unknown) | undefined;
    adapter.beforeClose = async () => {
      await before?.();
      await this.leave();
    };
  }

  /** Sends all sessions away. A second call waits for the first. */
  leave(): Promise<void> {
    return (this.leaving ??= this.drain());
  }

  /** An application context has none. */
  private get adapter(): HttpServer | undefined {
    return this.http.httpAdapter as HttpServer | undefined;
  }

  private async drain(): Promise<void> {
    const server = this.adapter?.getHttpServer() as Server | undefined;
    let limit: ClosingLimit | undefined;
    const stopListening = onFurtherSignal(() => {
      this.drains.hurry();
      limit?.cut();
    });
    if (server?.listening) limit = new ClosingLimit(server, this.timeoutMs, stopListening);
    await this.drains.drain();
    // With a server, further signals count until it has ended.
    if (!limit) stopListening();
  }
}
