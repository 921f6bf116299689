/** Counts what happens too often to tell an observer of each time. Numbers only grow; whoever reads them takes differences. */
export class NodeCounters {
  framesReceived = 0;
  bytesReceived = 0;
  framesSent = 0;
  bytesSent = 0;
  /** Frames that a slow reader did not get, by policy. */
  readonly framesDropped = new Map<string, number>();
  pushes = 0;
  sessionsOpened = 0;
  sessionsClosed = 0;

  drop(policy: string, frames: number): void {
    this.framesDropped.set(policy, (this.framesDropped.get(policy) ?? 0) + frames);
  }
}
