/** Brings what one node counts and tells into the metrics. */
import type { Counter, Gauge, Histogram } from 'prom-client';
import type { NodeCounters } from '../observe/node-counters.js';
import type { NodeSnapshot, NodeStatus } from '../observe/node-status.js';
import type { Observers } from '../observe/observers.js';
import type { RealtimeObserver } from '../observe/realtime-observer.js';
import { BoundedValues, CLOSE_CODES, ERROR_TYPES, FAULT, OTHER, closeCodeLabel, errorTypeLabel } from './bounded-labels.js';
import { feedCounter, feedCounters, feedGauge } from './metric-feeds.js';
import type { METRICS, MetricName } from './metric-table.js';

interface MetricOfType {
  readonly counter: Counter;
  readonly gauge: Gauge;
  readonly histogram: Histogram;
}

/** All metrics of a namespace by name. */
export type NodeMetrics = { readonly [Name in MetricName]: MetricOfType[(typeof METRICS)[Name]['type']] };

export interface NodeSources {
  readonly counters: NodeCounters;
  readonly status: NodeStatus;
  readonly observers: Observers;
}

const DRAIN_STATES: Readonly<Record<NodeSnapshot['state'], number>> = { running: 0, leaving: 0, draining: 1, stopped: 2 };

/** @returns ends it: counters keep their values, gauges lose this node's share */
export function watchNode(metrics: NodeMetrics, { counters, status, observers }: NodeSources): () => void {
  prepareSeries(metrics);
  // What passes with every frame is only counted by the node, and read here when somebody asks.
  const ends = [
    feedCounter(metrics.connections_total, () => counters.sessionsOpened),
    feedCounter(metrics.messages_received_total, () => counters.framesReceived),
    feedCounter(metrics.messages_sent_total, () => counters.framesSent),
    feedCounter(metrics.message_received_bytes_total, () => counters.bytesReceived),
    feedCounter(metrics.message_sent_bytes_total, () => counters.bytesSent),
    feedCounters(metrics.messages_dropped_total, 'policy', () => counters.framesDropped),
    feedCounter(metrics.broadcasts_total, () => counters.pushes),
    feedCounter(metrics.bus_published_total, () => counters.busPublished),
    feedCounter(metrics.bus_received_total, () => counters.busReceived),
    feedCounters(metrics.bus_errors_total, 'operation', () => counters.busErrors),
    feedCounters(metrics.bus_rejected_total, 'reason', () => counters.busRejected),
    feedCounters(metrics.topic_gaps_total, 'reason', () => counters.topicGaps),
    feedGauge(metrics.bus_state, () => Number(status.read().cluster?.isConnected ?? false)),
    feedGauge(metrics.presence_members_current, () => status.read().present),
    feedGauge(metrics.cluster_nodes, () => status.read().cluster?.nodes ?? 0),
    feedGauge(metrics.connections_current, () => status.read().sessions),
    feedGauge(metrics.connections_authenticated, () => status.read().signedIn),
    feedGauge(metrics.connections_anonymous, () => status.read().anonymous),
    feedGauge(metrics.topics_current, () => status.read().topics),
    feedGauge(metrics.drain_state, () => DRAIN_STATES[status.read().state]),
    observers.add(metricsObserver(metrics)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Series that are known beforehand exist from the start, so that rates begin at 0 and not with a gap. */
function prepareSeries(metrics: NodeMetrics): void {
  for (const code of [...CLOSE_CODES, OTHER]) metrics.disconnects_total.inc({ code }, 0);
  for (const type of ERROR_TYPES) metrics.errors_total.inc({ type }, 0);
  metrics.rpc_requests_total.inc({ method: 'unknown', outcome: 'refused' }, 0);
}

/** Told of calls, joins and ends, not of frames. */
function metricsObserver(metrics: NodeMetrics): RealtimeObserver {
  const rejections = new BoundedValues();
  const countError = (code: number): void => metrics.errors_total.inc({ type: errorTypeLabel(code) });
  return {
    handshakeRejected: ({ reason }) => metrics.handshakes_rejected_total.inc({ reason: rejections.label(reason) }),
    sessionClosed: ({ code }) => metrics.disconnects_total.inc({ code: closeCodeLabel(code) }),
    frameRejected: ({ code }) => countError(code),
    callEnded: ({ method, outcome, code, durationMs }) => {
      metrics.rpc_requests_total.inc({ method, outcome });
      if (outcome !== 'refused') metrics.message_latency_seconds.observe({ method }, durationMs / 1000);
      if (code !== undefined) countError(code);
    },
    topicJoined: () => metrics.subscriptions_total.inc(),
    topicLeft: () => metrics.unsubscriptions_total.inc(),
    // The refusal that a call fails with is counted with the call.
    topicRefused: ({ code, isAnswer }) => {
      if (!isAnswer) countError(code);
    },
    pushed: ({ durationMs }) => metrics.broadcast_duration_seconds.observe(durationMs / 1000),
    fault: ({ method }) => {
      // The fault of a call is counted as the InternalError that answered it.
      if (method === undefined) metrics.errors_total.inc({ type: FAULT });
    },
  };
}
