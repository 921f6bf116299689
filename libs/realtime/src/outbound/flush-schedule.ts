/** Lets everything that was queued within one tick leave together, each queue in one write, and nobody wait for a flush of many. */
import { afterOthers } from './after-others.js';
import type { Flushable, Lane } from './flush-lane.js';
import { FlushLane, LANE } from './flush-lane.js';
import { SliceClock } from './slice-clock.js';

/** From so many queues on, the time that queueing takes counts as part of the slice. */
const MANY = 64;

export class FlushSchedule {
  private readonly replies: FlushLane;
  private readonly pushes: FlushLane;
  private isAsked = false;
  /** A slice that went over its time left something; it goes on after a turn of the loop. */
  private isBehind = false;
  /** When the many began to be queued that are waiting now. */
  private queueingSinceMs: number | undefined;
  private readonly slice: SliceClock;
  private pushesFirst = false;

  /**
   * @param onFault told what a flush threw; the other queues are flushed all the same
   * @param sliceMs how long flushing may hold the event loop in one go; 0 for as long as it takes
   */
  constructor(
    onFault: (fault: unknown, queue: Flushable) => void,
    sliceMs: number = 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.replies = new FlushLane(LANE.replies, onFault);
    this.pushes = new FlushLane(LANE.pushes, onFault);
    this.slice = new SliceClock(sliceMs, now);
  }

  /**
   * Flushes the queue when the running callback and its microtasks are done. The queue asks once per flush.
   */
  add(queue: Flushable, lane: Lane): void {
    if (lane === LANE.replies) this.replies.add(queue);
    else if (this.pushes.add(queue) === MANY) this.queueingSinceMs ??= this.now();
    if (this.isAsked) return;
    this.isAsked = true;
    // A nextTick that is asked for by a microtask runs when all microtasks of this turn are done: handlers that can answer now,
    // at once or behind promises, have answered by then.
    queueMicrotask(this.afterMicrotasks);
  }

  /** A queue that waits among pushes got something for its session alone. @returns true if it is flushed before the others now */
  hasten(queue: Flushable): boolean {
    if (!this.isBehind && this.pushes.waiting < MANY) return false;
    this.add(queue, LANE.replies);
    return true;
  }

  private readonly afterMicrotasks = (): void => process.nextTick(this.run);

  private readonly run = (): void => {
    this.isAsked = false;
    // One answer, which is most of what leaves, looks at no clock.
    if (this.replies.waiting + this.pushes.waiting > 1) this.slice.begin(this.queueingSinceMs);
    else this.slice.reset();
    this.queueingSinceMs = undefined;
    this.replies.flush(this.slice);
    // What is behind has a slice of its own after this turn.
    if (this.isBehind) return;
    this.pushes.flush(this.slice);
    if (this.fellBehind()) afterOthers(this.goOn);
  };

  private readonly goOn = (): void => {
    this.isBehind = false;
    this.slice.begin();
    // Each lane has its turn to begin: who is second may get no more than one flush.
    this.pushesFirst = !this.pushesFirst;
    (this.pushesFirst ? this.pushes : this.replies).flush(this.slice);
    (this.pushesFirst ? this.replies : this.pushes).flush(this.slice);
    if (this.fellBehind()) setImmediate(this.goOn);
  };

  /** @returns true if something waits still */
  private fellBehind(): boolean {
    this.isBehind = this.replies.waiting + this.pushes.waiting > 0;
    return this.isBehind;
  }
}
