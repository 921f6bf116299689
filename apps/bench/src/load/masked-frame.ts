/** Builds the frames of a client, as many as wanted in one buffer. @see RFC 6455 §5.2, §5.3 */

export const OPCODE = Object.freeze({ text: 0x1, close: 0x8, ping: 0x9, pong: 0xa });

const FIN = 0x80;
const MASKED = 0x80;

/** A client must mask; which key it takes is the same work for the server. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extended + MASK.length;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  else if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  MASK.copy(frame, 2 + extended);
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] as number) ^ (MASK[i % MASK.length] as number);
  return frame;
}

/** Text frames one after the other, to leave in one write. */
export function textFrames(texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map((text) => maskedFrame(OPCODE.text, Buffer.from(text))));
}

/** @see RFC 6455 §5.5.1 */
export function closeFrame(code: number): Buffer {
  const payload = Buffer.allocUnsafe(2);
  payload.writeUInt16BE(code);
  return maskedFrame(OPCODE.close, payload);
}
