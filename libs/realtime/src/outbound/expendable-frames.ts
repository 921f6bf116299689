/** Which of the frames that wait in a queue may be given up, and which one goes first. */
import { SharedFrame } from './shared-frame.js';
import type { OutboundFrame } from './transport.js';

/** Frames in their order; a frame that was given up leaves a gap, so that the others keep their places. */
export type FramesWithGaps = (OutboundFrame | undefined)[];

/** Gaps are closed when there are so many of them, and more gaps than frames. */
const MIN_GAPS = 64;

export class ExpendableFrames {
  /** How many of the waiting frames may be given up, and their bytes. */
  count = 0;
  bytes = 0;
  gaps = 0;
  /** Nothing before it may be given up. */
  private oldest = 0;
  /** Where the frame with a key stands; made when first asked for. */
  private places: Map<string, number> | undefined;
  /** What stands before it keeps its place and its value. */
  private sealedBefore = 0;

  /** The last of the frames was added, and may be given up. */
  added(frames: FramesWithGaps, frame: SharedFrame): void {
    this.count++;
    this.bytes += frame.bytes;
    const key = frame.rule?.key;
    if (key !== undefined) this.places?.set(key, frames.length - 1);
  }

  /** Where the waiting frame with this key stands. */
  placeOf(frames: FramesWithGaps, key: string): number | undefined {
    return (this.places ??= this.placesIn(frames)).get(key);
  }

  /** Puts a frame into the place of an older one with the same key. */
  replace(frames: FramesWithGaps, at: number, frame: SharedFrame): void {
    this.bytes += frame.bytes - (frames[at] as SharedFrame).bytes;
    frames[at] = frame;
  }

  /** What waits now is not replaced any more. */
  seal(frames: FramesWithGaps): void {
    this.sealedBefore = frames.length;
    this.places = undefined;
  }

  /** Takes the oldest frame that may be given up out of the queue; there must be one. */
  takeOldest(frames: FramesWithGaps): SharedFrame {
    for (;;) {
      const frame = frames[this.oldest];
      if (frame instanceof SharedFrame && frame.rule) return this.take(frames, this.oldest);
      this.oldest++;
    }
  }

  /** Takes one frame out of the queue. */
  take(frames: FramesWithGaps, at: number): SharedFrame {
    const frame = frames[at] as SharedFrame;
    const key = frame.rule?.key;
    if (key !== undefined && this.places?.get(key) === at) this.places.delete(key);
    frames[at] = undefined;
    this.count--;
    this.bytes -= frame.bytes;
    this.gaps++;
    if (this.gaps >= MIN_GAPS && this.gaps * 2 > frames.length) this.closeGaps(frames);
    return frame;
  }

  /** All frames have left. */
  reset(): void {
    this.count = 0;
    this.bytes = 0;
    this.gaps = 0;
    this.oldest = 0;
    this.places = undefined;
    this.sealedBefore = 0;
  }

  private placesIn(frames: FramesWithGaps): Map<string, number> {
    const places = new Map<string, number>();
    for (let at = this.sealedBefore; at < frames.length; at++) {
      const frame = frames[at];
      const key = frame instanceof SharedFrame ? frame.rule?.key : undefined;
      if (key !== undefined) places.set(key, at);
    }
    return places;
  }

  private closeGaps(frames: FramesWithGaps): void {
    let to = 0;
    let sealedBefore = 0;
    for (let from = 0; from < frames.length; from++) {
      if (from === this.sealedBefore) sealedBefore = to;
      const frame = frames[from];
      if (frame !== undefined) frames[to++] = frame;
    }
    if (this.sealedBefore >= frames.length) sealedBefore = to;
    frames.length = to;
    this.gaps = 0;
    this.oldest = 0;
    this.places = undefined;
    this.sealedBefore = sealedBefore;
  }
}
