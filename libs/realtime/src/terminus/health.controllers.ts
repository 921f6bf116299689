/** The two questions of an orchestrator: is the process alive, may it be sent new clients. */
import { Controller, Get, Header, HttpException, Inject, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../auth/public.decorator.js';
import type { NodeSnapshot } from '../observe/node-status.js';
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

/** What Express and Fastify have in common. */
interface StatusReply {
  status(code: number): unknown;
}

const NO_STORE = 'no-store';
const SERVICE_UNAVAILABLE = 503;

/** A class of its own for every import, because its path is part of it. */
export function livenessController(path: string): Type {
  @Controller(path)
  class LivenessController {
    constructor(@Inject(RealtimeHealthIndicator) private readonly health: RealtimeHealthIndicator) {}

    /** 200 as long as the event loop turns, also while the node drains: a restart would not help then. */
    @Get()
    @Public()
    @Header('Cache-Control', NO_STORE)
    live(): HealthBody & { readonly eventLoopDelayMs: number } {
      return { ...bodyOf('ok', this.health.snapshot()), eventLoopDelayMs: this.health.eventLoopDelayMs() };
    }
  }
  return LivenessController;
}

export function readinessController(path: string): Type {
  @Controller(path)
  class ReadinessController {
    constructor(
      @Inject(RealtimeHealthIndicator) private readonly health: RealtimeHealthIndicator,
      @Inject(HealthCheckService) private readonly checks: HealthCheckService,
      @Inject(HEALTH_OPTIONS) private readonly options: Required<RealtimeHealthOptions>,
    ) {}

    /** 503 while the node drains, is full, or comes too late. */
    @Get()
    @Public()
    @Header('Cache-Control', NO_STORE)
    async ready(@Res({ passthrough: true }) reply: StatusReply): Promise<HealthBody & { readonly details: HealthCheckResult['details'] }> {
      const { status, details } = await this.check();
      if (status !== 'ok') reply.status(SERVICE_UNAVAILABLE);
      return { ...bodyOf(status, this.health.snapshot()), details };
    }

    private async check(): Promise<HealthCheckResult> {
      try {
        return await this.checks.check([
          () => this.health.takesSessions(),
          () => this.health.hasRoom(),
          () => this.health.loopTurns(this.options.maxEventLoopDelayMs),
        ]);
      } catch (refusal) {
        // Translated: Terminus throws what it found. The filters of the app must not change what an orchestrator reads.
        if (refusal instanceof HttpException) return refusal.getResponse() as HealthCheckResult;
        throw refusal;
      }
    }
  }
  return ReadinessController;
}

function bodyOf(status: string, { state, uptimeMs, sessions }: NodeSnapshot): HealthBody {
  return { status, state, uptimeMs, sessions };
}
