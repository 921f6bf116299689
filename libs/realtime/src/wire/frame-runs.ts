/** Several frames for one socket as few buffers, and as the same buffer for sockets that are owed the same frames. */
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import { RunCache } from './run-cache.js';
import type { WireFormat } from './wire-format.js';
import { MAX_JOINED_BYTES } from './wire-format.js';
import { joinedFrames, wireOf } from './ws-frame.js';

/** Each message in a frame of its own, not compressed. */
class PlainFormat implements WireFormat {
  private readonly runs = new RunCache();

  /** What was joined for one socket is reused for the next if it is owed the very same frames. */
  buffersOf(frames: readonly OutboundFrame[]): readonly Buffer[] {
    if (frames.length === 1) return [wireOf(frames[0] as OutboundFrame)];
    const known = this.runs.find(frames);
    if (known) return known;
    let bytes = 0;
    let shared = true;
    for (const frame of frames) {
      if (frame instanceof SharedFrame) {
        bytes += frame.bytes;
      } else {
        bytes += frame.length;
        shared = false;
      }
    }
    if (bytes > MAX_JOINED_BYTES) return frames.map(wireOf);
    const joined = [joinedFrames(frames)];
    if (shared) this.runs.keep(frames, joined);
    return joined;
  }
}

export const PLAIN_FORMAT: WireFormat = new PlainFormat();
