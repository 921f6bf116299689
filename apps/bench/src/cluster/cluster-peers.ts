/** The servers of the suite cluster, each with its broker, in the order of a round. */
import { JSON_RPC } from '../dialects/json-rpc.js';
import { SOCKET_IO } from '../dialects/socket-io.js';
import type { Peer } from '../runner/peers.js';
import { OWN } from '../runner/peers.js';

const OURS = new URL('./realtime-node.js', import.meta.url);
const THEIRS = new URL('./socket-io-node.js', import.meta.url);

export const OWN_REDIS = `${OWN}-redis`;
export const OWN_NATS = `${OWN}-nats`;
export const THEIR_PUBSUB = 'socket.io-redis';
export const THEIR_STREAMS = 'socket.io-redis-streams';

const OURS_TOO: readonly Peer[] = [
  { name: OWN_REDIS, script: OURS, dialect: JSON_RPC, package: 'ioredis', broker: 'redis' },
  { name: OWN_NATS, script: OURS, dialect: JSON_RPC, package: '@nats-io/transport-node', broker: 'nats' },
];

export const CLUSTER_PEERS: readonly Peer[] = [
  { name: THEIR_PUBSUB, script: THEIRS, dialect: SOCKET_IO, package: '@socket.io/redis-adapter', broker: 'redis', args: ['pubsub'] },
  {
    name: THEIR_STREAMS,
    script: THEIRS,
    dialect: SOCKET_IO,
    package: '@socket.io/redis-streams-adapter',
    broker: 'redis',
    args: ['streams'],
  },
  ...OURS_TOO,
];

/** What ours is compared with where it is only compared with itself: nodes that do not know each other. */
export const APART = `${OWN}-apart`;

export const OWN_CLUSTER_PEERS: readonly Peer[] = [
  { name: APART, script: OURS, dialect: JSON_RPC, package: 'nestjs-realtime' },
  ...OURS_TOO,
];
