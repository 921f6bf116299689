/** Finds out which peers are gone without a word, and which have nothing to say. One look at a time, for all sessions. */
import { Disconnect } from 'nestjs-realtime-protocol';
import { UNSET } from '../session/pulse.js';
import type { Session } from '../session/session.js';
import type { SweepTask } from './session-sweep.js';

export interface HeartbeatOptions {
  /** Every session is sent a WebSocket ping at least this often, in ms; 0 sends none. @default 25_000 */
  readonly pingIntervalMs?: number;
  /** How long a peer may take to show life after a ping, in ms; 0 waits for ever. @default 10_000 */
  readonly pongTimeoutMs?: number;
  /** How long a peer may send no message at all, in ms; 0 is for ever. Pongs do not count, calls that run do. @default 0 */
  readonly idleTimeoutMs?: number;
}

export const HEARTBEAT_DEFAULTS = Object.freeze({
  pingIntervalMs: 25_000,
  pongTimeoutMs: 10_000,
  idleTimeoutMs: 0,
}) satisfies Required<HeartbeatOptions>;

const MIN_LOOK_MS = 10;
const MAX_LOOK_MS = 1_000;

export class Heartbeat {
  /** How often it has to look, in ms; 0 if there is nothing to look for. */
  readonly everyMs: number;
  private roundAtMs = UNSET;
  // Whole numbers: the engine keeps them in their objects, while fractions would cost every session some memory of their own.
  private nowMs = 0;
  /**
   * A clock that stands still while this process does: time in which nobody could be heard is not held against anybody.
   * Otherwise one long pause, of the garbage collector or of the machine, would cost all sessions at once.
   */
  private listenedMs = 0;

  /** @param random spreads the first pings, so that sessions which came together are not pinged together for ever */
  constructor(
    private readonly options: Required<HeartbeatOptions>,
    private readonly random: () => number = Math.random,
  ) {
    const { pingIntervalMs, pongTimeoutMs, idleTimeoutMs } = options;
    const times = [pingIntervalMs, pingIntervalMs > 0 ? pongTimeoutMs : 0, idleTimeoutMs].filter((ms) => ms > 0);
    this.everyMs = times.length === 0 ? 0 : Math.max(MIN_LOOK_MS, Math.min(MAX_LOOK_MS, Math.floor(Math.min(...times) / 10)));
  }

  readonly look: SweepTask = (session, nowMs) => {
    // The same for all sessions of one round.
    if (nowMs !== this.roundAtMs) this.passTo(nowMs);
    const { pulse } = session;
    const { spoke } = pulse;
    pulse.spoke = false;
    const lives = pulse.takeLife() || spoke;
    if (this.isIdle(session, spoke) || this.isGone(session, lives)) session.close(Disconnect.HeartbeatTimeout);
    else if (this.options.pingIntervalMs > 0) this.pingIfDue(session);
  };

  private passTo(roundAtMs: number): void {
    const nowMs = Math.round(roundAtMs);
    if (this.roundAtMs !== UNSET) this.listenedMs += Math.min(nowMs - this.nowMs, 2 * this.everyMs);
    this.roundAtMs = roundAtMs;
    this.nowMs = nowMs;
  }

  private isIdle(session: Session, spoke: boolean): boolean {
    const { idleTimeoutMs } = this.options;
    if (idleTimeoutMs === 0) return false;
    const { pulse } = session;
    if (pulse.spokeAtMs === UNSET || spoke || pulse.deaf || session.calls?.busy) pulse.spokeAtMs = this.listenedMs;
    return this.listenedMs - pulse.spokeAtMs >= idleTimeoutMs;
  }

  private isGone({ pulse }: Session, lives: boolean): boolean {
    const { pongTimeoutMs } = this.options;
    // What is not read cannot be heard: such a peer is not at fault. If it is gone, a ping will fail to be written.
    if (lives || pulse.deaf) pulse.pingedAtMs = UNSET;
    return pongTimeoutMs > 0 && pulse.pingedAtMs !== UNSET && this.listenedMs - pulse.pingedAtMs >= pongTimeoutMs;
  }

  /** Looks are `everyMs` apart, and the whole must fit into `pingIntervalMs + pongTimeoutMs`: so a ping goes out two looks early. */
  private pingIfDue({ pulse }: Session): void {
    const { pingIntervalMs } = this.options;
    if (pulse.pingDueAtMs === UNSET) {
      pulse.pingDueAtMs = this.nowMs + Math.floor(this.random() * Math.max(0, pingIntervalMs - 3 * this.everyMs));
    } else if (this.nowMs >= pulse.pingDueAtMs) {
      pulse.ping();
      if (pulse.pingedAtMs === UNSET) pulse.pingedAtMs = this.listenedMs;
      pulse.pingDueAtMs = this.nowMs + Math.max(0, pingIntervalMs - 2 * this.everyMs);
    }
  }
}
