/** Whether to try again after a connection ended, and when. */
import { MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import type { BackoffOptions } from './backoff.js';
import { BACKOFF_DEFAULTS, backoffMs } from './backoff.js';

export interface ReconnectOptions extends BackoffOptions {
  /** Give up after this many attempts in a row. @default Infinity */
  readonly maxAttempts?: number;
  /** A connection that held this long, in ms, counts as a success: the next wait is a short one again. @default 5_000 */
  readonly stableAfterMs?: number;
}

export const RECONNECT_DEFAULTS = Object.freeze({
  ...BACKOFF_DEFAULTS,
  maxAttempts: Infinity,
  stableAfterMs: 5_000,
}) satisfies Required<ReconnectOptions>;

export class Retries {
  /** Attempts in a row since the last connection that held. */
  attempt = 0;
  private openedAtMs: number | undefined;
  private advisedMs: number | undefined;

  /** @param options false: never */
  constructor(
    private readonly options: Required<ReconnectOptions> | false,
    private readonly random: () => number,
  ) {}

  opened(): void {
    this.openedAtMs = performance.now();
  }

  /** The server said when to come back; it counts for the next wait only. */
  advise(delayMs: number): void {
    this.advisedMs = delayMs;
  }

  /** A connection, or an attempt to make one, ended. @returns how long to wait, in ms; undefined to stay closed */
  ended(): number | undefined {
    const { options, openedAtMs, advisedMs } = this;
    this.openedAtMs = this.advisedMs = undefined;
    if (!options) return undefined;
    if (openedAtMs !== undefined && performance.now() - openedAtMs >= options.stableAfterMs) this.attempt = 0;
    if (this.attempt >= options.maxAttempts) return undefined;
    const backoff = backoffMs(Math.max(1, this.attempt), this.random(), options);
    // Advice is followed to the letter once. A server that gives it and fails each time must not be called in a tight loop.
    return Math.min(advisedMs === undefined ? backoff : Math.max(advisedMs, this.attempt > 1 ? backoff : 0), MAX_TIMER_MS);
  }
}
