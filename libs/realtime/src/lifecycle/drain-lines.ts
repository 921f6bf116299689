/** What the log says of a drain. */

/** What was still there when a drain could not wait any longer. */
export interface LeftBehind {
  /** Sessions that were cut. */
  readonly cut: number;
  /** Listeners and hooks of sessions that were not done. */
  readonly atWork: number;
  readonly outcome: 'late' | 'hurried';
  readonly timeoutMs: number;
}

/** One line for each drain, also for one without sessions: whoever reads the log of a node that ends sees that it has drained. */
export function drainLine({ sessions, cut, durationMs }: { sessions: number; cut: number; durationMs: number }): string {
  return `Drained in ${Math.round(durationMs)} ms: sessions=${sessions} cut=${cut}`;
}

/** A sentence for each kind of thing that was left. */
export function leftBehind({ cut, atWork, outcome, timeoutMs }: LeftBehind): string[] {
  const when = outcome === 'hurried' ? 'when a further signal came' : `after drain.timeoutMs (${timeoutMs} ms)`;
  const sessions = `${cut} ${cut === 1 ? 'session was still there and was' : 'sessions were still there and were'} cut ${when}`;
  const listeners = `${atWork} onClose ${atWork === 1 ? 'listener or connection hook was' : 'listeners or connection hooks were'} still at work ${when}`;
  return [...(cut > 0 ? [sessions] : []), ...(atWork > 0 ? [`${listeners}; nobody waits any longer`] : [])];
}
