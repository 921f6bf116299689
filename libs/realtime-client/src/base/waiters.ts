/** Callers who wait for one outcome, all for the same one. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Waiters {
  private all: Waiter[] = [];

  get size(): number {
    return this.all.length;
  }

  /** @returns settles with the next `settle()` */
  wait(): Promise<void> {
    return new Promise((resolve, reject) => void this.all.push({ resolve, reject }));
  }

  /** @param error what all of them reject with; without one they resolve */
  settle(error?: Error): void {
    for (const { resolve, reject } of this.all.splice(0)) {
      if (error) reject(error);
      else resolve();
    }
  }
}
