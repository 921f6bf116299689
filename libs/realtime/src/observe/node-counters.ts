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
  /** Messages to and from other nodes; they stay at 0 on a node that is alone. */
  busPublished = 0;
  busReceived = 0;
  /** What failed on the way to other nodes, by a word of ours. */
  readonly busErrors = new Map<string, number>();

  /** Messages that were not taken, by a word of ours. */
  readonly busRejected = new Map<string, number>();
  /** Holes in what came from other nodes, by reason. */
  readonly topicGaps = new Map<string, number>();

  busError(operation: string): void {
    this.busErrors.set(operation, (this.busErrors.get(operation) ?? 0) + 1);
  }

  busReject(reason: string): void {
    this.busRejected.set(reason, (this.busRejected.get(reason) ?? 0) + 1);
  }

  topicGap(reason: string): void {
    this.topicGaps.set(reason, (this.topicGaps.get(reason) ?? 0) + 1);
  }

  drop(policy: string, frames: number): void {
    this.framesDropped.set(policy, (this.framesDropped.get(policy) ?? 0) + frames);
  }
}
