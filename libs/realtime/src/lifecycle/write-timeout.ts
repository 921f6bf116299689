/** Sends sessions away whose peers take nothing of what is written to them. A peer that reads slowly but steadily stays. */
import type { Session } from '../session/session.js';

interface Stall {
  mark: number;
  sinceMs: number;
}

export class WriteTimeout {
  private readonly stalls = new WeakMap<Session, Stall>();

  /** @param timeoutMs how long nothing may be taken while something waits */
  constructor(private readonly timeoutMs: number) {}

  /** How often sessions are looked at, in ms. A stall is seen and ended at a look each, so it may last two of them longer. */
  get everyMs(): number {
    return Math.max(1, Math.ceil(this.timeoutMs / 4));
  }

  /** A task of the sweep. */
  readonly check = (session: Session, nowMs: number): void => {
    const mark = session.pulse.writeMark;
    const stall = this.stalls.get(session);
    if (mark === undefined) {
      if (stall) this.stalls.delete(session);
    } else if (!stall) {
      this.stalls.set(session, { mark, sinceMs: nowMs });
    } else if (stall.mark !== mark) {
      stall.mark = mark;
      stall.sinceMs = nowMs;
    } else if (nowMs - stall.sinceMs >= this.timeoutMs) {
      this.stalls.delete(session);
      session.tooSlow();
    }
  };
}
