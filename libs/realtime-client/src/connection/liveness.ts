/** Notices a server that went silent. A page cannot see WebSocket pings, and a dead network closes nothing by itself. */

export interface HeartbeatOptions {
  /** Ask the server for a sign of life after this long without a frame, in ms; 0 never asks. @default 25_000 */
  readonly intervalMs?: number;
  /** Give the connection up if no frame comes within this long after asking, in ms; 0 asks and never gives up. @default 10_000 */
  readonly timeoutMs?: number;
}

export const HEARTBEAT_DEFAULTS = Object.freeze({ intervalMs: 25_000, timeoutMs: 10_000 }) satisfies Required<HeartbeatOptions>;

export class Liveness {
  private heardAtMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: Required<HeartbeatOptions>,
    /** Asks the server something. Whatever comes back counts through `heard()`. */
    private readonly ask: () => void,
    private readonly onSilence: () => void,
  ) {}

  /** A connection is open. */
  start(): void {
    this.stop();
    this.heardAtMs = performance.now();
    if (this.options.intervalMs > 0) this.watch(this.options.intervalMs);
  }

  /** A frame came in. */
  heard(): void {
    this.heardAtMs = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  // One timer per interval, not one per frame: frames only note the time.
  private watch(delayMs: number): void {
    this.timer = setTimeout(() => {
      const quietMs = performance.now() - this.heardAtMs;
      if (quietMs < this.options.intervalMs) this.watch(this.options.intervalMs - quietMs);
      else this.probe();
    }, delayMs);
  }

  private probe(): void {
    const { intervalMs, timeoutMs } = this.options;
    const askedAtMs = performance.now();
    // Set before asking: the answer of a server in the same process may come at once.
    if (timeoutMs === 0) this.watch(intervalMs);
    else {
      this.timer = setTimeout(() => {
        if (this.heardAtMs >= askedAtMs) this.watch(Math.max(0, intervalMs - (performance.now() - this.heardAtMs)));
        else this.onSilence();
      }, timeoutMs);
    }
    this.ask();
  }
}
