/** Finds the frames in what a server sends, without copying and without making a string of what nobody looks at. */
import { OPCODE } from './masked-frame.js';

/** Told of each frame. The bytes are valid only during the call. */
export interface FrameSink {
  text(bytes: Buffer, start: number, end: number): void;
  ping(payload: Buffer): void;
  closed(code: number): void;
}

const WHOLE_TEXT = 0x80 | OPCODE.text;
const WHOLE_PING = 0x80 | OPCODE.ping;
const WHOLE_CLOSE = 0x80 | OPCODE.close;

export class FrameScanner {
  /** The beginning of a frame whose rest has not come yet. */
  private rest: Buffer | undefined;
  private seen = 0;

  constructor(private readonly sink: FrameSink) {}

  /** Text frames so far. */
  get textFrames(): number {
    return this.seen;
  }

  /** @throws {Error} for a frame that no server may send to this load: masked, fragmented, compressed, binary */
  feed(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = undefined;
    let at = 0;
    while (at < bytes.length) {
      const end = this.frameAt(bytes, at);
      if (end === -1) break;
      at = end;
    }
    // A copy: the chunk's memory is used again for the next read.
    if (at < bytes.length) this.rest = Buffer.from(bytes.subarray(at));
  }

  /** Hands over the frame that begins here. @returns its end, or -1 if it is not complete */
  private frameAt(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return -1;
    const short = bytes[at + 1] as number;
    if (short > 127) throw new Error('The server masked a frame');
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (bytes.length < start) return -1;
    const end = start + (short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2)));
    if (bytes.length < end) return -1;
    this.deliver(bytes[at] as number, bytes, start, end);
    return end;
  }

  private deliver(head: number, bytes: Buffer, start: number, end: number): void {
    switch (head) {
      case WHOLE_TEXT:
        this.seen++;
        this.sink.text(bytes, start, end);
        break;
      case WHOLE_PING:
        this.sink.ping(Buffer.from(bytes.subarray(start, end)));
        break;
      case WHOLE_CLOSE:
        this.sink.closed(end - start >= 2 ? bytes.readUInt16BE(start) : 1005);
        break;
      default:
        throw new Error(`The server sent a frame that begins with byte 0x${head.toString(16)}`);
    }
  }
}
