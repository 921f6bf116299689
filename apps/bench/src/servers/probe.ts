/** Loaded before every server alike (`--import`): tells the runner what the process has used, and ends the process with the runner. */

/** What the runner asks for. */
export interface ProbeRequest {
  /** Collect garbage first, so that only what is in use counts. */
  readonly collectGarbage: boolean;
}

export interface ProbeReading {
  /** User and system time since the process started, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  /** What the JavaScript heap holds and the buffers beside it. */
  readonly heapBytes: number;
}

process.on('message', ({ collectGarbage }: ProbeRequest) => {
  const { user, system } = process.cpuUsage();
  if (collectGarbage) {
    if (!globalThis.gc) throw new Error('The server runs without --expose-gc');
    // Twice: what finalizers let go of in the first pass is taken in the second.
    globalThis.gc();
    globalThis.gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed + external } satisfies ProbeReading);
});

process.on('disconnect', () => process.exit());
