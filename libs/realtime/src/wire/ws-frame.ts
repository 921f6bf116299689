/** Builds unmasked text frames, as a server sends them. @see RFC 6455 §5.2 */
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';

/** FIN set, opcode 1 (text). */
const FINAL_TEXT = 0x81;
/** The same with RSV1: the payload is compressed. @see RFC 7692 §6 */
const COMPRESSED_TEXT = 0xc1;

export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Length of a message in bytes of UTF-8. */
export function bytesOf(frame: OutboundFrame): number {
  return frame instanceof SharedFrame ? frame.bytes : Buffer.byteLength(frame);
}

function headerSize(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}

/** @returns where the payload begins */
function writeHeader(target: Buffer, at: number, firstByte: number, payloadBytes: number): number {
  target[at] = firstByte;
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
  return at + headerSize(payloadBytes);
}

function writeFrame(target: Buffer, at: number, text: string, payloadBytes: number): number {
  const offset = writeHeader(target, at, FINAL_TEXT, payloadBytes);
  return offset + target.write(text, offset, payloadBytes, 'utf8');
}

function writePayload(target: Buffer, at: number, frame: OutboundFrame): number {
  const content = frame instanceof SharedFrame ? frame.content : frame;
  return typeof content === 'string' ? target.write(content, at, 'utf8') : content.copy(target, at);
}

/** One frame with its payload in one piece, so that it leaves in one write. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerSize(bytes) + bytes);
  writeFrame(frame, 0, text, bytes);
  return frame;
}

/** A frame whose payload was compressed. */
export function compressedFrame(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headerSize(payload.length) + payload.length);
  payload.copy(frame, writeHeader(frame, 0, COMPRESSED_TEXT, payload.length));
  return frame;
}

/** One frame with all messages as a JSON array. @param payloadBytes those of the messages, the commas between them and the brackets */
export function arrayFrame(frames: readonly OutboundFrame[], payloadBytes: number): Buffer {
  const array = Buffer.allocUnsafe(headerSize(payloadBytes) + payloadBytes);
  let at = writeHeader(array, 0, FINAL_TEXT, payloadBytes);
  let before = OPEN_BRACKET;
  for (const frame of frames) {
    array[at++] = before;
    at += writePayload(array, at, frame);
    before = COMMA;
  }
  array[at] = CLOSE_BRACKET;
  return array;
}

/** Frames of one receiver, one after the other in one piece. */
export function joinedFrames(frames: readonly OutboundFrame[]): Buffer {
  let size = 0;
  const sizes: number[] = [];
  for (const frame of frames) {
    const bytes = bytesOf(frame);
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
  return frame instanceof SharedFrame ? (frame.wire ??= sharedWire(frame)) : textFrame(frame);
}

/** In memory of its own: a small buffer from Node's pool would keep all of the pool's 64 KiB while it waits for a slow reader. */
function sharedWire({ text, bytes }: SharedFrame): Buffer {
  const frame = Buffer.allocUnsafeSlow(headerSize(bytes) + bytes);
  writeFrame(frame, 0, text, bytes);
  return frame;
}
