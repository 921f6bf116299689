/** Waits until the server counts as many connections as there are. */
import type { Caller } from '../load/caller.js';

/** Ends only through the watch of the measurement: a count that never comes right is a fault of the server. */
export async function expectSessions(caller: Caller, expected: number): Promise<void> {
  for (;;) {
    const stats = (await caller.call('bench.stats')) as { readonly sessions: number };
    if (stats.sessions === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
