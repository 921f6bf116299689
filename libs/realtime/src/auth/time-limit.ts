/** Ends a wait for something that may never come. */

/** @throws whatever `work` throws in time, else what `fault` makes */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number, fault: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(fault()), timeoutMs);
    // Whoever waits has a connection open; the timer alone keeps no process alive.
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
