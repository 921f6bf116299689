/** What Terminus asks about this node. Injectable in a health controller of the app's own. */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import type { NodeSnapshot } from '../observe/node-status.js';
import { NodeStatus } from '../observe/node-status.js';
import { EventLoopDelay } from './event-loop-delay.js';

@Injectable()
export class RealtimeHealthIndicator implements OnModuleInit, OnApplicationShutdown {
  private readonly loop = new EventLoopDelay();
  private status: NodeStatus | undefined;

  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(ModuleRef) private readonly nest: ModuleRef,
  ) {}

  /** @throws {Error} if the app has no `RealtimeModule` */
  onModuleInit(): void {
    try {
      this.status = this.nest.get<NodeStatus>(NodeStatus, { strict: false });
    } catch (cause) {
      throw new Error('RealtimeHealthModule needs RealtimeModule.forRoot() in the same app', { cause });
    }
    this.loop.start(performance.now());
  }

  onApplicationShutdown(): void {
    this.loop.stop();
  }

  /** What the node is doing now. */
  snapshot(): NodeSnapshot {
    if (!this.status) throw new Error('The app has not been initialised');
    return this.status.read();
  }

  /** How late the event loop is, in ms. */
  eventLoopDelayMs(): number {
    return this.loop.readMs(performance.now());
  }

  /** Up while the node wants new sessions; down while it leaves or drains, and after. */
  takesSessions(key = 'realtime'): HealthIndicatorResult {
    const { state, uptimeMs } = this.snapshot();
    const indicator = this.indicators.check(key);
    return state === 'running' ? indicator.up({ state, uptimeMs }) : indicator.down({ state, uptimeMs });
  }

  /** Down while the node has as many sessions as `limits.connections.total` allows; always up without that limit. */
  hasRoom(key = 'sessions'): HealthIndicatorResult {
    const { sessions, maxSessions } = this.snapshot();
    const indicator = this.indicators.check(key);
    const facts = { sessions, ...(maxSessions > 0 ? { maxSessions } : {}) };
    return maxSessions > 0 && sessions >= maxSessions ? indicator.down(facts) : indicator.up(facts);
  }

  /** Down while the broker of the cluster is out of reach, or the others do not know that this node lives; always up on a node that is alone. */
  inCluster(key = 'cluster'): HealthIndicatorResult {
    const { cluster } = this.snapshot();
    const indicator = this.indicators.check(key);
    if (!cluster) return indicator.up();
    const { isConnected, isInRoster, isSettled } = cluster;
    return isConnected && isInRoster && isSettled ? indicator.up({ ...cluster }) : indicator.down({ ...cluster });
  }

  /** Down while the event loop is later than this, in ms; 0 is never. */
  loopTurns(maxDelayMs: number, key = 'eventLoop'): HealthIndicatorResult {
    const delayMs = this.eventLoopDelayMs();
    const indicator = this.indicators.check(key);
    return maxDelayMs > 0 && delayMs > maxDelayMs ? indicator.down({ delayMs, maxDelayMs }) : indicator.up({ delayMs });
  }
}
