/** Compresses messages that are worth it, each by itself. @see RFC 7692 */
import zlib from 'node:zlib';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import type { CompressionOptions } from './compression-options.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { RunCache } from './run-cache.js';
import type { WireFormat } from './wire-format.js';
import { joinedIfSmall } from './wire-format.js';
import { bytesOf, compressedFrame, wireOf } from './ws-frame.js';

/** The end of what zlib flushes, which is not sent. @see RFC 7692 §7.2.1 */
const TAIL_BYTES = 4;

export class DeflateFormat implements WireFormat {
  private readonly runs = new RunCache();

  /** @param windowBits the largest window that the peers of this format take */
  constructor(
    private readonly windowBits: number,
    private readonly options: Required<CompressionOptions>,
  ) {}

  buffersOf(frames: readonly OutboundFrame[]): readonly Buffer[] {
    if (!frames.some((frame) => this.isWorthIt(frame))) return PLAIN_FORMAT.buffersOf(frames);
    const known = this.runs.find(frames);
    return known ?? this.runs.keepShared(frames, joinedIfSmall(frames.map((frame) => this.wireOf(frame))));
  }

  isWorthIt(frame: OutboundFrame): boolean {
    return bytesOf(frame) >= this.options.thresholdBytes;
  }

  /** A shared frame is compressed once for all who take a window of this size. */
  private wireOf(frame: OutboundFrame): Buffer {
    if (!this.isWorthIt(frame)) return wireOf(frame);
    const bits = Math.min(this.windowBits, windowFor(bytesOf(frame)));
    if (!(frame instanceof SharedFrame)) return this.compress(frame, bits) ?? wireOf(frame);
    let wire = frame.compressed?.get(bits);
    if (!wire) {
      wire = this.compress(frame.content, bits) ?? wireOf(frame);
      (frame.compressed ??= new Map<number, Buffer>()).set(bits, wire);
    }
    return wire;
  }

  /** Done here and now, so that nothing can overtake it. @returns undefined if it did not become smaller */
  private compress(content: string | Buffer, windowBits: number): Buffer | undefined {
    const deflated = zlib.deflateRawSync(content, {
      level: this.options.level,
      windowBits,
      // As much working memory as a message of this size can use: most of the cost of a small one is to prepare it.
      memLevel: Math.min(8, windowBits - 6),
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    const payload = deflated.subarray(0, deflated.length - TAIL_BYTES);
    return payload.length < Buffer.byteLength(content) ? compressedFrame(payload) : undefined;
  }
}

/** The smallest window that sees a whole message of so many bytes: a larger one finds nothing more. */
function windowFor(bytes: number): number {
  return Math.max(9, 32 - Math.clz32(bytes - 1));
}
