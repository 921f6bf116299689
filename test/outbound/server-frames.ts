/** Reads the frames of a server from raw bytes, in the plainest way. @see RFC 6455 §5.2, RFC 7692 §7.2.2 */
import { inflateRawSync } from 'node:zlib';

export interface ServerFrame {
  readonly opcode: number;
  /** The bit RSV1: the payload is compressed. */
  readonly compressed: boolean;
  readonly payload: Buffer;
  /** The payload as text, decompressed if need be. */
  readonly text: string;
}

/** @throws {Error} for a frame that is masked, not final, or has RSV2 or RSV3 set */
export function readFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, second = 0] = bytes.subarray(at);
    if ((first & 0xb0) !== 0x80 || second > 127) throw new Error(`A header that no server may send: ${first} ${second}`);
    const [header, length] =
      second < 126 ? [2, second] : second === 126 ? [4, bytes.readUInt16BE(at + 2)] : [10, Number(bytes.readBigUInt64BE(at + 2))];
    const payload = bytes.subarray(at + header, at + header + length);
    const compressed = (first & 0x40) !== 0;
    frames.push({ opcode: first & 0x0f, compressed, payload, text: (compressed ? inflated(payload) : payload).toString('utf8') });
    at += header + length;
  }
  return frames;
}

/** @param windowBits fails if the payload needs a larger window */
export function inflated(payload: Buffer, windowBits = 15): Buffer {
  return inflateRawSync(Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff)]), { windowBits, finishFlush: 2 });
}
