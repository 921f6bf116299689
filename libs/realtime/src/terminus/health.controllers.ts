/** The two questions of an orchestrator: is the process alive, may it be sent new clients. */
import { Get, HttpException, Inject, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../auth/public.decorator.js';
import type { NodeSnapshot } from '../observe/node-status.js';
import { serveAt } from '../observe/operators-route.js';
import type { OperatorsReply } from '../observe/operators-route.js';
import type { RealtimeHealthOptions } from './health-options.js';
import { RealtimeHealthIndicator } from './realtime-health-indicator.js';

export const HEALTH_OPTIONS = Symbol('nestjs-realtime:health-options');

/** What both answer at least. */
export interface HealthBody {
  readonly status: string;
  readonly state: NodeSnapshot['state'];
  readonly uptimeMs: number;
  /** Open sessions. */
  readonly sessions: number;
}

const OK = 200;
const SERVICE_UNAVAILABLE = 503;

/** A class of its own for every import, because its path is part of it. */
export function livenessController(path: string, decorators: readonly ClassDecorator[]): Type {
  class LivenessController {
    constructor(@Inject(RealtimeHealthIndicator) private readonly health: RealtimeHealthIndicator) {}

    /** 200 as long as the event loop turns, also while the node drains: a restart would not help then. */
    @Get()
    @Public()
    live(@Res() reply: OperatorsReply): void {
      answer(reply, OK, { ...bodyOf('ok', this.health.snapshot()), eventLoopDelayMs: this.health.eventLoopDelayMs() });
    }
  }
  return serveAt(path, decorators, LivenessController);
}

export function readinessController(path: string, decorators: readonly ClassDecorator[]): Type {
  class ReadinessController {
    constructor(
      @Inject(RealtimeHealthIndicator) private readonly health: RealtimeHealthIndicator,
      @Inject(HealthCheckService) private readonly checks: HealthCheckService,
      @Inject(HEALTH_OPTIONS) private readonly options: Required<RealtimeHealthOptions>,
    ) {}

    /** 503 while the node leaves or drains, is full, or comes too late. */
    @Get()
    @Public()
    async ready(@Res() reply: OperatorsReply): Promise<void> {
      const { status, details } = await this.check();
      answer(reply, status === 'ok' ? OK : SERVICE_UNAVAILABLE, { ...bodyOf(status, this.health.snapshot()), details });
    }

    private async check(): Promise<HealthCheckResult> {
      try {
        return await this.checks.check([
          () => this.health.takesSessions(),
          () => this.health.hasRoom(),
          ...(this.health.snapshot().cluster ? [() => this.health.inCluster()] : []),
          () => this.health.loopTurns(this.options.maxEventLoopDelayMs),
        ]);
      } catch (refusal) {
        // Translated: Terminus throws what it found. The filters of the app must not change what an orchestrator reads.
        if (refusal instanceof HttpException) return refusal.getResponse() as HealthCheckResult;
        throw refusal;
      }
    }
  }
  return serveAt(path, decorators, ReadinessController);
}

function answer(reply: OperatorsReply, status: number, body: HealthBody & Readonly<Record<string, unknown>>): void {
  reply.status(status).header('Cache-Control', 'no-store').send(body);
}

function bodyOf(status: string, { state, uptimeMs, sessions }: NodeSnapshot): HealthBody {
  return { status, state, uptimeMs, sessions };
}
