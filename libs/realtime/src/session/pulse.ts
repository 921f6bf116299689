/** What is known of the life of one session's peer. */
import type { Transport } from '../outbound/transport.js';

/** A time that has not been set. */
export const UNSET = -1;

/** A base class of sessions and not a part: a part would cost every idle connection an object. */
export abstract class Pulse {
  /** The peer sent a message since somebody last looked. @internal */
  spoke = false;
  /** Reading is paused by us: the peer may speak, but nobody would hear it. @internal */
  deaf = false;
  /** When the next ping is due; {@link UNSET} before the first look. @internal */
  pingDueAtMs = UNSET;
  /** When the oldest ping without an answer was sent; {@link UNSET} if there is none. @internal */
  pingedAtMs = UNSET;
  /** When the peer last sent a message, as far as anybody looked. @internal */
  spokeAtMs = UNSET;

  /** @internal */
  protected abstract get transport(): Transport;

  /** True if a control frame of the peer came in since this was last asked. @internal */
  takeLife(): boolean {
    return this.transport.takeLife?.() ?? false;
  }

  /** @see Transport.writeMark @internal */
  get writeMark(): number | undefined {
    return this.transport.writeMark;
  }

  /** Asks the peer for a sign of life. @internal */
  ping(): void {
    this.transport.ping?.();
  }
}
