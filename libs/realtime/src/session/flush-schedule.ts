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
    // Microtasks run before the next nextTick round, so all handlers that can answer now have answered by then.
    if (this.due.push(queue) === 1) process.nextTick(() => this.run());
  }

  private run(): void {
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
  }
}
