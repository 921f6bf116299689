/**
 * Holds back for one turn what comes behind the server's answer for a topic. The first pushes may come in the same read as the answer, before
 * the code behind `await client.subscribe()` has had a chance to listen. Everything waits, so that nothing overtakes.
 */

/** So much waits at the most, then all of it is dealt with. */
const MAX_HELD = 1_000;

export class EarlyFrames {
  private readonly waiting: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** What comes waits until everything that the present turn has settled has run. */
  hold(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // Another answer among them holds up those behind it.
      while (this.timer === undefined && this.waiting.length > 0) this.waiting.shift()?.();
    });
  }

  /** A frame came. */
  frame(handle: () => void): void {
    // Behind those that wait, also while these are being dealt with.
    if (this.timer === undefined && this.waiting.length === 0) handle();
    else this.wait(handle);
  }

  /** A push was found in a frame that is being dealt with; the answer may stand in the same one. */
  push(deliver: () => void): void {
    if (this.timer === undefined) deliver();
    else this.wait(deliver);
  }

  /** Deals with all that waits, now. */
  release(): void {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      clearTimeout(this.timer);
      this.timer = undefined;
      next();
    }
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(task: () => void): void {
    if (this.waiting.push(task) >= MAX_HELD) this.release();
  }
}
