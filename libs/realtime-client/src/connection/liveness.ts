/** Notices a server that went silent. A page cannot see WebSocket pings, and a dead network closes nothing by itself. */

export interface HeartbeatOptions {
  /** Ask the server for a sign of life after this long without a frame, in ms; 0 never asks. @default 25_000 */
  readonly intervalMs?: number;
  /** Give the connection up if no frame comes within this long after asking, in ms; 0 asks and never gives up. @default 10_000 */
  readonly timeoutMs?: number;
}

export const HEARTBEAT_DEFAULTS = Object.freeze({ intervalMs: 25_000, timeoutMs: 10_000 }) satisfies Required<HeartbeatOptions>;

/** How long to wait when there is a reason for doubt, in ms. */
const CHECK_MS = 3_000;

export class Liveness {
  private heardAtMs = 0;
  /** Nothing has come since the server was asked. */
  private isSilent = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private isChecking = false;

  constructor(
    private readonly options: Required<HeartbeatOptions>,
    /** Asks the server something. Whatever comes back counts through `heard()`. */
    private readonly ask: () => void,
    private readonly onSilence: () => void,
  ) {}

  /** A connection is open. */
  start(): void {
    this.stop();
    this.isRunning = true;
    this.heardAtMs = performance.now();
    this.watch(this.options.intervalMs);
  }

  /** There is a reason for doubt: the server is asked now, and has less time to answer. */
  check(): void {
    if (!this.isRunning || this.isChecking) return;
    this.isChecking = true;
    clearTimeout(this.timer);
    this.probe(Math.min(CHECK_MS, this.options.timeoutMs));
  }

  /** A frame came in. */
  heard(): void {
    this.isSilent = false;
    this.heardAtMs = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.isRunning = this.isChecking = false;
  }

  // One timer per interval, not one per frame: frames only note the time.
  private watch(delayMs: number): void {
    const { intervalMs, timeoutMs } = this.options;
    this.isChecking = false;
    if (intervalMs === 0) return;
    this.timer = setTimeout(() => {
      const quietMs = performance.now() - this.heardAtMs;
      if (quietMs < intervalMs) this.watch(intervalMs - quietMs);
      else this.probe(timeoutMs);
    }, delayMs);
  }

  private probe(timeoutMs: number): void {
    const { intervalMs } = this.options;
    this.isSilent = true;
    // Set before asking: the answer of a server in the same process may come at once.
    if (timeoutMs === 0) this.watch(intervalMs);
    else {
      this.timer = setTimeout(() => {
        if (this.isSilent) this.onSilence();
        else this.watch(Math.max(0, intervalMs - (performance.now() - this.heardAtMs)));
      }, timeoutMs);
    }
    this.ask();
  }
}
