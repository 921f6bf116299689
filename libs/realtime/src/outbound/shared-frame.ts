/** A message that was encoded once for any number of receivers. */
import type { SlowRule } from './slow-rule.js';

export class SharedFrame {
  /** Length of the text in bytes of UTF-8. */
  readonly bytes: number;
  /** Undefined from when `wire` is there: a push that waits for slow readers must not be held twice. */
  private written: string | undefined;
  private built: Buffer | undefined;
  /** The frame compressed, by the size of the window; kept like `wire`. */
  compressed: Map<number, Buffer> | undefined;

  /**
   * @param rule what may happen to it where a reader is slow; without one it is never dropped
   * @param isOwn it is for one session alone, which need not wait for those of many
   */
  constructor(
    text: string,
    readonly rule?: SlowRule,
    readonly isOwn = false,
  ) {
    this.written = text;
    this.bytes = Buffer.byteLength(text);
  }

  get text(): string {
    const { content } = this;
    return typeof content === 'string' ? content : content.toString('utf8');
  }

  /** The text, or its bytes if they are there already. */
  get content(): string | Buffer {
    const { written, built } = this;
    return written ?? built?.subarray(built.length - this.bytes) ?? '';
  }

  /** The frame as the wire wants it, built by the first transport that writes it and shared by all others of its kind. It ends with the text. */
  get wire(): Buffer | undefined {
    return this.built;
  }

  set wire(wire: Buffer) {
    this.built = wire;
    this.written = undefined;
  }
}
