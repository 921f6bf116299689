/**
 * What a server must send, learned once and compared byte by byte from then on: the first frame of each kind is parsed and checked,
 * every later one has to be the same. That checks every frame and costs the load next to nothing.
 */
export class LearnedFrames {
  private readonly frames: (Buffer | undefined)[] = [];

  /** @param check looks at the first frame of a kind; throws if it is not what was asked for */
  constructor(private readonly check: (text: string, kind: number) => void) {}

  /** @throws {Error} if the frame is not the one of its kind */
  verify(kind: number, bytes: Buffer, start: number, end: number): void {
    const known = this.frames[kind];
    if (known === undefined) {
      this.check(bytes.toString('utf8', start, end), kind);
      this.frames[kind] = Buffer.from(bytes.subarray(start, end));
    } else if (known.compare(bytes, start, end) !== 0) {
      throw new Error(`Wrong frame: ${bytes.toString('utf8', start, end)} instead of ${known.toString('utf8')}`);
    }
  }
}
