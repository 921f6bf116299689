/** Remembers the bytes of the last run of shared frames, for the sockets of one tick that are owed the very same frames. */
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';

export class RunCache {
  private run: readonly OutboundFrame[] = [];
  private buffers: readonly Buffer[] | undefined;

  find(frames: readonly OutboundFrame[]): readonly Buffer[] | undefined {
    if (!this.buffers || frames.length !== this.run.length) return undefined;
    for (let i = 0; i < frames.length; i++) if (frames[i] !== this.run[i]) return undefined;
    return this.buffers;
  }

  /** @param frames all of them shared */
  keep(frames: readonly OutboundFrame[], buffers: readonly Buffer[]): void {
    if (!this.buffers) process.nextTick(this.forget);
    this.run = frames;
    this.buffers = buffers;
  }

  /** Keeps them if all are shared: what one receiver alone is owed is of no use to others. */
  keepShared(frames: readonly OutboundFrame[], buffers: readonly Buffer[]): readonly Buffer[] {
    if (frames.every((frame) => frame instanceof SharedFrame)) this.keep(frames, buffers);
    return buffers;
  }

  private readonly forget = (): void => {
    this.run = [];
    this.buffers = undefined;
  };
}
