/** The servers of the handlers suite, in the order of a round. */
import { JSON_RPC } from '../dialects/json-rpc.js';
import { NEST_EVENTS } from '../dialects/nest-events.js';
import { ORDERS_TOKEN, PROTECTED } from '../orders/orders-token.js';
import type { Peer } from './peers.js';
import { OWN } from './peers.js';

/** What ours is compared with: Nest's own way. */
export const ORDER_REFERENCE = 'platform-ws';

const OURS = new URL('../servers/orders-realtime.js', import.meta.url);

export const ORDER_PEERS: readonly Peer[] = [
  {
    name: ORDER_REFERENCE,
    script: new URL('../servers/orders-platform-ws.js', import.meta.url),
    dialect: NEST_EVENTS,
    package: '@nestjs/platform-ws',
  },
  { name: OWN, script: OURS, dialect: JSON_RPC, package: 'nestjs-realtime' },
  {
    name: `${OWN}-protected`,
    script: OURS,
    dialect: { ...JSON_RPC, path: `${JSON_RPC.path}?token=${ORDERS_TOKEN}` },
    package: 'nestjs-realtime',
    args: [PROTECTED],
  },
];
