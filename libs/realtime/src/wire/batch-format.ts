/** Puts the messages of one tick into few frames, as JSON arrays, for peers that asked for it. */
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import type { DeflateFormat } from './deflate-format.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { RunCache } from './run-cache.js';
import type { WireFormat } from './wire-format.js';
import { joinedIfSmall } from './wire-format.js';
import { OPEN_BRACKET, arrayFrame, bytesOf } from './ws-frame.js';

/** Most bytes of a frame with several messages. */
const MAX_ARRAY_BYTES = 64 * 1024;

export class BatchFormat implements WireFormat {
  private readonly runs = new RunCache();

  /** @param deflate compresses messages that are worth it; they keep frames of their own, so that shared ones are compressed once for all */
  constructor(private readonly deflate?: DeflateFormat) {}

  buffersOf(frames: readonly OutboundFrame[]): readonly Buffer[] {
    if (frames.length === 1) return this.bare(frames);
    const known = this.runs.find(frames);
    return known ?? this.runs.keepShared(frames, joinedIfSmall(this.pieces(frames)));
  }

  private pieces(frames: readonly OutboundFrame[]): Buffer[] {
    const pieces: Buffer[] = [];
    let group: OutboundFrame[] = [];
    // The brackets; a comma more for each message.
    let bytes = 2;
    const close = (): void => {
      if (group.length === 1) pieces.push(...this.bare(group));
      else if (group.length > 1) pieces.push(arrayFrame(group, bytes - 1));
      group = [];
      bytes = 2;
    };
    for (const frame of frames) {
      if (this.keepsItsFrame(frame)) {
        close();
        pieces.push(...this.bare([frame]));
        continue;
      }
      const more = bytesOf(frame) + 1;
      if (bytes + more - 1 > MAX_ARRAY_BYTES) close();
      group.push(frame);
      bytes += more;
    }
    close();
    return pieces;
  }

  /** The answer to a batch is an array already, and arrays do not nest. */
  private keepsItsFrame(frame: OutboundFrame): boolean {
    return isArray(frame) || (this.deflate?.isWorthIt(frame) ?? false);
  }

  private bare(frames: readonly OutboundFrame[]): readonly Buffer[] {
    return (this.deflate ?? PLAIN_FORMAT).buffersOf(frames);
  }
}

function isArray(frame: OutboundFrame): boolean {
  const content = frame instanceof SharedFrame ? frame.content : frame;
  return typeof content === 'string' ? content.startsWith('[') : content[0] === OPEN_BRACKET;
}
