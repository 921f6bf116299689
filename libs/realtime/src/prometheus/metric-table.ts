/** Every metric with its labels. Names are without the namespace. */

export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
}

export const METRICS = Object.freeze({
  connections_total: { type: 'counter', help: 'Sessions that were opened' },
  connections_current: { type: 'gauge', help: 'Sessions that are open' },
  connections_authenticated: { type: 'gauge', help: 'Open sessions that have signed in' },
  connections_anonymous: { type: 'gauge', help: 'Open sessions that have not signed in' },
  messages_received_total: { type: 'counter', help: 'Text frames from peers' },
  messages_sent_total: { type: 'counter', help: 'Text frames to peers' },
  message_received_bytes_total: { type: 'counter', help: 'Bytes of text frames from peers' },
  message_sent_bytes_total: { type: 'counter', help: 'Bytes of text frames to peers' },
  messages_dropped_total: { type: 'counter', help: 'Frames that slow readers did not get, by policy', labels: ['policy'] },
  broadcasts_total: { type: 'counter', help: 'Pushes to sessions of this node, whatever the target' },
  broadcast_duration_seconds: { type: 'histogram', help: 'Time until a push stood in the queues of all its sessions' },
  message_latency_seconds: {
    type: 'histogram',
    help: 'Time from the arrival of the frame of a call to its queued reply, waiting included',
    labels: ['method'],
  },
  topics_current: { type: 'gauge', help: 'Topics that at least one session listens to' },
  subscriptions_total: { type: 'counter', help: 'Topics that sessions joined' },
  unsubscriptions_total: { type: 'counter', help: 'Topics that sessions left' },
  handshakes_rejected_total: { type: 'counter', help: 'Requests refused before the upgrade, by reason', labels: ['reason'] },
  disconnects_total: { type: 'counter', help: 'Sessions that ended, by close code', labels: ['code'] },
  errors_total: { type: 'counter', help: 'Errors answered and faults of the server, by type', labels: ['type'] },
  rpc_requests_total: { type: 'counter', help: 'Calls, by method and outcome', labels: ['method', 'outcome'] },
  bus_published_total: { type: 'counter', help: 'Messages to other nodes' },
  bus_received_total: { type: 'counter', help: 'Messages from other nodes' },
  bus_errors_total: { type: 'counter', help: 'Failures on the way to other nodes, by operation', labels: ['operation'] },
  bus_state: { type: 'gauge', help: '1 while the broker is there and what it carries arrives' },
  bus_rejected_total: { type: 'counter', help: 'Messages from other nodes that were not taken, by reason', labels: ['reason'] },
  presence_members_current: { type: 'gauge', help: 'Members that sessions of this node are in topics that keep who is there' },
  cluster_nodes: { type: 'gauge', help: 'Nodes that are alive, this one included; 0 on a node that is alone' },
  topic_gaps_total: { type: 'counter', help: 'Holes in what came from other nodes, by reason', labels: ['reason'] },
  drain_state: { type: 'gauge', help: '0 running or leaving, 1 draining, 2 stopped' },
} satisfies Record<string, MetricRow>);

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
