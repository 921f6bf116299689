/** Tells observers what slow readers did not get: a few facts for each burst, however many frames were lost in it. */
import type { Observers } from '../observe/observers.js';

interface Loss {
  frames: number;
  bytes: number;
}

export class LossReports {
  private bySession = new Map<string, Map<string, Loss>>();

  constructor(private readonly observers: Observers) {}

  /** Notes frames of one session that were lost; observers hear of them when this turn of the event loop is over. */
  add(sessionId: string, policy: string, frames: number, bytes: number): void {
    if (!this.observers.hears('dropped')) return;
    // Not at once and not in this tick: an observer that pushes where a push was lost must not run in a circle that keeps sockets
    // from being written.
    if (this.bySession.size === 0) setImmediate(this.tell);
    let losses = this.bySession.get(sessionId);
    if (!losses) this.bySession.set(sessionId, (losses = new Map<string, Loss>()));
    const loss = losses.get(policy);
    if (loss) {
      loss.frames += frames;
      loss.bytes += bytes;
    } else {
      losses.set(policy, { frames, bytes });
    }
  }

  private readonly tell = (): void => {
    const told = this.bySession;
    this.bySession = new Map<string, Map<string, Loss>>();
    for (const [sessionId, losses] of told) {
      for (const [policy, { frames, bytes }] of losses) this.observers.tell('dropped', { sessionId, policy, frames, bytes });
    }
  };
}
