/** Builds unmasked text frames, as a server sends them. @see RFC 6455 §5.2 */
import { SharedFrame } from '../session/shared-frame.js';
import type { OutboundFrame } from '../session/transport.js';

/** FIN set, opcode 1 (text). */
const FINAL_TEXT = 0x81;

function headerSize(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}

function writeFrame(target: Buffer, at: number, text: string, payloadBytes: number): number {
  target[at] = FINAL_TEXT;
  let offset = at + headerSize(payloadBytes);
  if (payloadBytes < 126) {
    target[at + 1] = payloadBytes;
  } else if (payloadBytes < 65_536) {
    target[at + 1] = 126;
    target.writeUInt16BE(payloadBytes, at + 2);
  } else {
    target[at + 1] = 127;
    target.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), at + 2);
    target.writeUInt32BE(payloadBytes % 2 ** 32, at + 6);
  }
  offset += target.write(text, offset, payloadBytes, 'utf8');
  return offset;
}

/** One frame with its payload in one piece, so that it leaves in one write. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerSize(bytes) + bytes);
  writeFrame(frame, 0, text, bytes);
  return frame;
}

/** Frames of one receiver, one after the other in one piece. */
export function joinedFrames(frames: readonly OutboundFrame[]): Buffer {
  let size = 0;
  const sizes: number[] = [];
  for (const frame of frames) {
    const bytes = frame instanceof SharedFrame ? frame.bytes : Buffer.byteLength(frame);
    sizes.push(bytes);
    size += headerSize(bytes) + bytes;
  }
  const joined = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = 0; i < frames.length; i++) {
    const frame = frames[i] as OutboundFrame;
    if (frame instanceof SharedFrame && frame.wire) at += frame.wire.copy(joined, at);
    else at = writeFrame(joined, at, frame instanceof SharedFrame ? frame.text : frame, sizes[i] as number);
  }
  return joined;
}

/** The frame as bytes; built once and kept with a frame that is shared. */
export function wireOf(frame: OutboundFrame): Buffer {
  return frame instanceof SharedFrame ? (frame.wire ??= textFrame(frame.text)) : textFrame(frame);
}
