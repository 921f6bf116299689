/** Work of the application that goes on after its cause is over: hooks of sessions that ended, above all. */

export class PendingWork {
  private readonly promises = new Set<Promise<unknown>>();

  /** How many are not done yet. */
  get size(): number {
    return this.promises.size;
  }

  /** @param work reports its faults itself */
  add(work: Promise<unknown>): void {
    const done = (): void => void this.promises.delete(tracked);
    const tracked: Promise<unknown> = work.then(done, done);
    this.promises.add(tracked);
  }

  /** Resolves when everything is done, also what is added meanwhile. */
  async settled(): Promise<void> {
    while (this.promises.size > 0) await Promise.all(this.promises);
  }
}
