/** What the calls of one peer keep in memory while they run or wait, by the bytes of the frames that they came in. */

/** A batch: its bytes are kept until the last of its calls has ended, because nobody knows which of them has most. */
export class BatchLoad {
  /** Calls of the batch that run or wait. */
  calls = 0;
  /** What no item has paid for yet: the first that costs anything pays for the whole frame, since nobody knows which of them has most of it. */
  unpaid: number;
  /** The same for the user, where another one sits there when the calls begin. */
  unpaidByUser: number;

  constructor(readonly bytes: number) {
    this.unpaid = bytes;
    this.unpaidByUser = bytes;
  }
}

/** Of a call that came alone, the length of its frame: most calls are answered at once, and none of those needs an object. */
export type FrameLoad = number | BatchLoad;

export function bytesOf(load: FrameLoad): number {
  return typeof load === 'number' ? load : load.bytes;
}

export class CallLoad {
  private bytes = 0;
  private frames = 0;

  /** @param maxBytes more than that is too much, unless one frame alone has it */
  constructor(private readonly maxBytes: number) {}

  /** One frame may have any size, or it could never be served: what its calls need of the peer must still be heard. */
  get isTooMuch(): boolean {
    return this.bytes > this.maxBytes && this.frames > 1;
  }

  /** A call runs or waits from now on. */
  add(load: FrameLoad): void {
    if (typeof load === 'number') this.count(1, load);
    else if (load.calls++ === 0) this.count(1, load.bytes);
  }

  /** It does so no more. */
  remove(load: FrameLoad): void {
    if (typeof load === 'number') this.count(-1, -load);
    else if (--load.calls === 0) this.count(-1, -load.bytes);
  }

  private count(frames: number, bytes: number): void {
    this.frames += frames;
    this.bytes += bytes;
  }
}
