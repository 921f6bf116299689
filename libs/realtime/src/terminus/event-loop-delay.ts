/** How late the event loop is, over the last seconds. */
import type { IntervalHistogram } from 'node:perf_hooks';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is measured, in ms. */
const RESOLUTION_MS = 20;
/** A figure is of a time between once and twice this long, in ms; of longer if nobody asked meanwhile. */
const WINDOW_MS = 5_000;

export class EventLoopDelay {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private windowSinceMs = 0;
  private formerMs = 0;

  start(nowMs: number): void {
    this.windowSinceMs = nowMs;
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** The delay that 99 of 100 measurements stayed below, in ms; the worse one of this window and the one before. */
  readMs(nowMs: number): number {
    // The interval itself is measured with the delay; what is left of it is how late the loop was.
    const currentMs = this.histogram.count === 0 ? 0 : Math.max(0, this.histogram.percentile(99) / 1e6 - RESOLUTION_MS);
    const delayMs = Math.max(currentMs, nowMs - this.windowSinceMs < 2 * WINDOW_MS ? this.formerMs : 0);
    if (nowMs - this.windowSinceMs >= WINDOW_MS) {
      this.formerMs = currentMs;
      this.windowSinceMs = nowMs;
      this.histogram.reset();
    }
    return Math.round(delayMs * 100) / 100;
  }
}
