/**
 * Tells when a slice of work is over. The clock is looked at as often as the steps are dear: most of them are one system call, some compress
 * a frame of a megabyte.
 */

/** Most steps between two looks. */
const MOST_STEPS = 8;
/** What is done before the next look may take this part of what is left. */
const PART = 4;

export class SliceClock {
  private endMs: number | undefined;
  private lookedMs = 0;
  private stepsPerLook = 1;
  private untilLook = 1;

  /** @param sliceMs 0: a slice is never over @param now a clock in ms that never goes back */
  constructor(
    private readonly sliceMs: number,
    private readonly now: () => number,
  ) {}

  /** The next slice begins when its first step is done, if nobody says that it began before. */
  reset(): void {
    this.endMs = undefined;
    this.stepsPerLook = 1;
    this.untilLook = 1;
  }

  /** @param sinceMs when the slice began, if that was earlier */
  begin(sinceMs?: number): void {
    this.reset();
    if (this.sliceMs === 0) return;
    this.lookedMs = this.now();
    this.endMs = (sinceMs ?? this.lookedMs) + this.sliceMs;
  }

  /** Asked after each step. */
  isOver(): boolean {
    return --this.untilLook <= 0 && this.sliceMs !== 0 && this.look();
  }

  /** Asked where time may have passed outside of steps. */
  isOverNow(): boolean {
    return this.sliceMs !== 0 && this.look();
  }

  private look(): boolean {
    const nowMs = this.now();
    const tookMs = this.endMs === undefined ? 0 : nowMs - this.lookedMs;
    this.endMs ??= nowMs + this.sliceMs;
    const leftMs = this.endMs - nowMs;
    const isDear = 2 * tookMs * PART > leftMs;
    this.stepsPerLook = isDear ? Math.max(1, this.stepsPerLook >> 1) : Math.min(MOST_STEPS, this.stepsPerLook * 2);
    this.untilLook = this.stepsPerLook;
    this.lookedMs = nowMs;
    return leftMs <= 0;
  }
}
