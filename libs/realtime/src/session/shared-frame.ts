/** A message that was encoded once for any number of receivers. */
export class SharedFrame {
  /** Length of the text in bytes of UTF-8. */
  readonly bytes: number;
  /** The frame as the wire wants it, built by the first transport that writes it and shared by all others of its kind. */
  wire: Buffer | undefined;

  constructor(readonly text: string) {
    this.bytes = Buffer.byteLength(text);
  }
}
