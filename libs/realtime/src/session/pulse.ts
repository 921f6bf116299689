/** What is known of the life of one session's peer. Kept small: every session has one. */
import type { Transport } from '../outbound/transport.js';

/** A time that has not been set. */
export const UNSET = -1;

export class Pulse {
  /** The peer sent a message since somebody last looked. */
  spoke = false;
  /** Reading is paused by us: the peer may speak, but nobody would hear it. */
  deaf = false;
  /** When the next ping is due; {@link UNSET} before the first look. */
  pingDueAtMs = UNSET;
  /** When the oldest ping without an answer was sent; {@link UNSET} if there is none. */
  pingedAtMs = UNSET;
  /** When the peer last sent a message, as far as anybody looked. */
  spokeAtMs = UNSET;

  /** @param wire where the transport is found while there is one */
  constructor(private readonly wire: { readonly transport: Transport }) {}

  /** True if a control frame of the peer came in since this was last asked. */
  takeLife(): boolean {
    return this.wire.transport.takeLife?.() ?? false;
  }

  /** @see Transport.writeMark */
  get writeMark(): number | undefined {
    return this.wire.transport.writeMark;
  }

  /** Asks the peer for a sign of life. */
  ping(): void {
    this.wire.transport.ping?.();
  }
}
