/** What passed this node since it started, for people who develop and debug. */
import { LatencyHistogram } from './latency-histogram.js';
import { NodeCounters } from './node-counters.js';
import type { CallEndedFacts, RealtimeObserver } from './realtime-observer.js';

/** Durations of calls in ms, from the frame's arrival to the queued reply, waiting included. */
export interface LatencyStats {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Sums since the node started. */
export interface TrafficStats {
  readonly uptimeMs: number;
  /** Text frames, whatever they hold. */
  readonly messagesReceived: number;
  readonly messagesSent: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly pushes: number;
  readonly sessionsOpened: number;
  readonly sessionsClosed: number;
  /** Frames that slow readers did not get, by policy. */
  readonly messagesDropped: Readonly<Record<string, number>>;
  /** Only with the option `debugStats`. */
  readonly latency?: LatencyStats;
}

export class NodeStatistics {
  private readonly startedAtMs = performance.now();
  private histogram: LatencyHistogram | undefined;

  constructor(private readonly counters: NodeCounters = new NodeCounters()) {}

  get uptimeMs(): number {
    return Math.round(performance.now() - this.startedAtMs);
  }

  /** Begins to measure calls. @returns the observer that does */
  measureLatency(): RealtimeObserver {
    const histogram = (this.histogram ??= new LatencyHistogram());
    return { callEnded: ({ durationMs }: CallEndedFacts) => histogram.add(durationMs) };
  }

  read(): TrafficStats {
    const { counters, histogram } = this;
    return {
      uptimeMs: this.uptimeMs,
      messagesReceived: counters.framesReceived,
      messagesSent: counters.framesSent,
      bytesReceived: counters.bytesReceived,
      bytesSent: counters.bytesSent,
      pushes: counters.pushes,
      sessionsOpened: counters.sessionsOpened,
      sessionsClosed: counters.sessionsClosed,
      messagesDropped: Object.fromEntries(counters.framesDropped),
      ...(histogram ? { latency: latencyOf(histogram) } : {}),
    };
  }
}

function latencyOf(histogram: LatencyHistogram): LatencyStats {
  return {
    calls: histogram.count,
    p50Ms: histogram.quantile(0.5),
    p95Ms: histogram.quantile(0.95),
    p99Ms: histogram.quantile(0.99),
  };
}
