/** How the messages of a connection are put on its wire. One object for all connections that negotiated the same. */
import type { OutboundFrame } from '../outbound/transport.js';

export interface WireFormat {
  /** The bytes of messages that leave together, in order, in as few pieces as is sensible. */
  buffersOf(frames: readonly OutboundFrame[]): readonly Buffer[];
}

/** Above this a copy costs more than it saves, and frames are written as they are. */
export const MAX_JOINED_BYTES = 64 * 1024;

/** Small pieces as one. */
export function joinedIfSmall(pieces: readonly Buffer[]): readonly Buffer[] {
  if (pieces.length === 1) return pieces;
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes > MAX_JOINED_BYTES ? pieces : [Buffer.concat(pieces, bytes)];
}
