/** Notices moments in which a connection may have died unseen: the network came back, the page is shown again, the device woke up from sleep. */

const TICK_MS = 2_000;
/** A tick that comes this much later, in ms, was asleep. */
const ASLEEP_MS = 8_000;

interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** What there is of a page; nothing of it in Node. */
const page = globalThis as EventSource & { readonly document?: EventSource & { readonly hidden?: boolean } };

/** True where there is a page to look after. */
export function isPage(): boolean {
  return page.document !== undefined;
}

export class WakeUps {
  private ticks: ReturnType<typeof setInterval> | undefined;
  private tickedAtMs = 0;

  constructor(private readonly onWakeUp: () => void) {}

  start(): void {
    if (this.ticks !== undefined) return;
    this.tickedAtMs = Date.now();
    this.ticks = setInterval(this.tick, TICK_MS);
    page.addEventListener?.('online', this.onWakeUp);
    page.document?.addEventListener?.('visibilitychange', this.shown);
  }

  stop(): void {
    clearInterval(this.ticks);
    this.ticks = undefined;
    page.removeEventListener?.('online', this.onWakeUp);
    page.document?.removeEventListener?.('visibilitychange', this.shown);
  }

  // The clock of the wall: others stand still while the device sleeps.
  private readonly tick = (): void => {
    const nowMs = Date.now();
    const lateMs = nowMs - this.tickedAtMs - TICK_MS;
    this.tickedAtMs = nowMs;
    if (lateMs > ASLEEP_MS) this.shown();
  };

  // Timers of hidden pages are late all the time; they are looked after when they are shown.
  private readonly shown = (): void => {
    if (page.document?.hidden !== true) this.onWakeUp();
  };
}
