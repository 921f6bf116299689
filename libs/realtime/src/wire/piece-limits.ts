/** In how many pieces a message may come: each costs more memory than what it brings, until the message is whole. */

export interface PieceLimits {
  /** Most fragments of a message. @see RFC 6455 §5.4 */
  readonly maxFragments: number;
  /** Most reads from the socket that one frame may take. */
  readonly maxBufferedChunks: number;
}

const LEAST_FRAGMENTS = 256;
const LEAST_CHUNKS = 1024;
/** Larger messages may have more pieces, as long as these are of this size on the average. */
const BYTES_PER_PIECE = 256;

/** Beyond them `ws` closes with 1008. @param frameBytes largest message */
export function pieceLimits(frameBytes: number): PieceLimits {
  const pieces = Math.ceil(frameBytes / BYTES_PER_PIECE);
  return { maxFragments: Math.max(LEAST_FRAGMENTS, pieces), maxBufferedChunks: Math.max(LEAST_CHUNKS, pieces) };
}
