/** A message that was encoded once for any number of receivers. */
import type { SlowRule } from './slow-rule.js';

export class SharedFrame {
  /** Length of the text in bytes of UTF-8. */
  readonly bytes: number;
  /** The frame as the wire wants it, built by the first transport that writes it and shared by all others of its kind. */
  wire: Buffer | undefined;
  /** The frame compressed, by the size of the window; kept like `wire`. */
  compressed: Map<number, Buffer> | undefined;

  /** @param rule what may happen to it where a reader is slow; without one it is never dropped */
  constructor(
    readonly text: string,
    readonly rule?: SlowRule,
  ) {
    this.bytes = Buffer.byteLength(text);
  }
}
