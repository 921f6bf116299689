/** Queues that are to be flushed, in the order of asking; what a slice leaves waits for the next. */
import type { SliceClock } from './slice-clock.js';

/** `replies`: queues that hold something for their session alone; `pushes`: those that hold only what many sessions share. */
export const LANE = Object.freeze({ replies: 1, pushes: 2 });

export type Lane = (typeof LANE)[keyof typeof LANE];

/** Something that can be told to write what it holds. */
export interface Flushable {
  /** @param lane the one that it asked in */
  flush(lane: Lane): void;
}

export class FlushLane {
  private queues: Flushable[] = [];
  private next = 0;

  /** @param onFault told what a flush threw; the other queues are flushed all the same */
  constructor(
    private readonly lane: Lane,
    private readonly onFault: (fault: unknown, queue: Flushable) => void,
  ) {}

  get waiting(): number {
    return this.queues.length - this.next;
  }

  /** @returns how many wait now */
  add(queue: Flushable): number {
    return this.queues.push(queue) - this.next;
  }

  /** Flushes what waits, one queue at least. What asks meanwhile is flushed as well while there is time. */
  flush(slice: SliceClock): void {
    if (this.queues.length === 0) return;
    while (this.next < this.queues.length) {
      const queue = this.queues[this.next++] as Flushable;
      try {
        queue.flush(this.lane);
      } catch (fault) {
        // Survived: one broken socket must not hold up the others.
        this.onFault(fault, queue);
      }
      if (this.next < this.queues.length && slice.isOver()) break;
    }
    this.forgetFlushed();
  }

  /** An array that is emptied by its end keeps no queue, and one that is half done is cut once in a while and not for each slice. */
  private forgetFlushed(): void {
    if (this.next === this.queues.length) {
      this.queues = [];
      this.next = 0;
    } else if (this.next * 2 > this.queues.length) {
      this.queues = this.queues.slice(this.next);
      this.next = 0;
    }
  }
}
