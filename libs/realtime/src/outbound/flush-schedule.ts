/** Lets everything that was queued within one tick leave together, each queue in one write. */

/** Something that can be told to write what it holds. */
export interface Flushable {
  flush(): void;
}

export class FlushSchedule {
  private due: Flushable[] = [];

  /** @param onFault told what a flush threw; the other queues are flushed all the same */
  constructor(private readonly onFault: (fault: unknown, queue: Flushable) => void) {}

  /** Flushes the queue when the running callback and its microtasks are done. The queue asks once per flush. */
  add(queue: Flushable): void {
    // A nextTick that is asked for by a microtask runs when all microtasks of this turn are done: handlers that can answer now,
    // at once or behind promises, have answered by then.
    if (this.due.push(queue) === 1) queueMicrotask(this.afterMicrotasks);
  }

  private readonly afterMicrotasks = (): void => process.nextTick(this.run);

  private readonly run = (): void => {
    const due = this.due;
    this.due = [];
    for (const queue of due) {
      try {
        queue.flush();
      } catch (fault) {
        // Survived: one broken socket must not hold up the others.
        this.onFault(fault, queue);
      }
    }
  };
}
