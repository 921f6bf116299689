/** Ends a measurement at the first thing that goes wrong, and when nothing comes any more. */

export class LoadWatch {
  private readonly failed: Promise<never>;
  private reject: (error: Error) => void = () => undefined;

  /** @param patienceMs how long one step may take */
  constructor(private readonly patienceMs: number) {
    this.failed = new Promise((_resolve, reject) => (this.reject = reject));
    // Whoever waits is told below; if nobody waits yet, the failure must not end the process by itself.
    this.failed.catch(() => undefined);
  }

  /** Something is wrong: all steps, running and later ones, fail with the first error that was reported. */
  fail(error: Error): void {
    this.reject(error);
  }

  /** Waits for a step. @throws {Error} what was reported, or that the step takes too long, with what `progress` says */
  async step<T>(what: string, work: Promise<T>, progress?: () => string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${what}: not done after ${this.patienceMs} ms${progress ? `, ${progress()}` : ''}`));
      }, this.patienceMs);
    });
    try {
      return await Promise.race([work, this.failed, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
