/** How much the server takes at once: a longer frame would end the connection for good, with 1009. */

/** The message is longer than the server takes. It was not sent, and everything else goes on. */
export class FrameTooLargeError extends Error {
  override readonly name = 'FrameTooLargeError';
  readonly code = 'FRAME_TOO_LARGE';
}

const encoder = new TextEncoder();

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** @throws {FrameTooLargeError} */
export function requireFits(text: string, frameBytes: number): void {
  // Most texts are so short that nobody needs to count their bytes: a character has three at the most.
  if (text.length * 3 <= frameBytes) return;
  const bytes = bytesOf(text);
  if (bytes > frameBytes) throw new FrameTooLargeError(`The message has ${bytes} bytes, and limits.frameBytes allows ${frameBytes}`);
}
