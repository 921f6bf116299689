/** Loaded before every server alike (`--import`): tells the runner what the process has used, and ends the process with the runner. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';

/** What the runner asks for. */
export interface ProbeRequest {
  /** Collect garbage first, so that only what is in use counts. */
  readonly collectGarbage: boolean;
  /** `watch`: note from now on for how long the event loop is held; `read`: say it, and stop. */
  readonly loop?: 'watch' | 'read';
}

export interface ProbeReading {
  /** User and system time since the process started, in microseconds. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  /** Part of it: what V8 keeps for young objects. It grows in large steps, once for a process, and is never given back by garbage collection. */
  readonly youngBytes: number;
  /** What the JavaScript heap holds and the buffers beside it. */
  readonly heapBytes: number;
  /** Longest hold of the event loop since it was watched, in ms; absent unless it was asked for. */
  readonly longestHoldMs?: number;
}

const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

process.on('message', ({ collectGarbage, loop }: ProbeRequest) => {
  const { user, system } = process.cpuUsage();
  if (collectGarbage) {
    if (!globalThis.gc) throw new Error('The server runs without --expose-gc');
    // Twice: what finalizers let go of in the first pass is taken in the second.
    globalThis.gc();
    globalThis.gc();
  }
  if (loop === 'watch') {
    delays.reset();
    delays.enable();
  }
  const hold = loop === 'read' ? longestHold() : {};
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({
    cpuMicros: user + system,
    rssBytes: rss,
    youngBytes: youngBytes(),
    heapBytes: heapUsed + external,
    ...hold,
  } satisfies ProbeReading);
});

function youngBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith('new_'));
  return spaces.reduce((sum, { physical_space_size: bytes }) => sum + bytes, 0);
}

/** The histogram holds the time between two looks, which is the resolution where nobody holds the loop. */
function longestHold(): { readonly longestHoldMs: number } {
  delays.disable();
  return { longestHoldMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) };
}

process.on('disconnect', () => process.exit());
