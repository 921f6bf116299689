/** The servers that are compared, in the order of a round. */
import type { BrokerKind } from '../cluster/broker.js';
import type { Dialect } from '../dialects/dialect.js';
import { JSON_RPC, RPC_WEBSOCKETS } from '../dialects/json-rpc.js';
import { NEST_EVENTS } from '../dialects/nest-events.js';
import { SOCKET_IO } from '../dialects/socket-io.js';

export interface Peer {
  readonly name: string;
  readonly script: URL;
  readonly dialect: Dialect;
  /** The npm package that is measured. */
  readonly package: string;
  /** The binary of Node that it runs on; undefined for that of the run. */
  readonly node?: string;
  /** Arguments of the server's process. */
  readonly args?: readonly string[];
  /** What its nodes meet at; its address is the last argument of each. */
  readonly broker?: BrokerKind;
  /** Measured only when it is named. */
  readonly isExtra?: boolean;
}

/** The library of this repository. */
export const OWN = 'nestjs-realtime';

/** What all others are compared with. */
export const REFERENCE = 'ws';

export const PEERS: readonly Peer[] = [
  { name: REFERENCE, script: new URL('../servers/plain-ws.js', import.meta.url), dialect: JSON_RPC, package: 'ws' },
  { name: OWN, script: new URL('../main.js', import.meta.url), dialect: JSON_RPC, package: 'nestjs-realtime' },
  {
    name: 'platform-ws',
    script: new URL('../servers/platform-ws.js', import.meta.url),
    dialect: NEST_EVENTS,
    package: '@nestjs/platform-ws',
  },
  { name: 'socket.io', script: new URL('../servers/socket-io.js', import.meta.url), dialect: SOCKET_IO, package: 'socket.io' },
  {
    name: 'rpc-websockets',
    script: new URL('../servers/rpc-websockets.js', import.meta.url),
    dialect: RPC_WEBSOCKETS,
    package: 'rpc-websockets',
  },
  // Compression is left out: the load offers no permessage-deflate, and it costs nothing where it is not negotiated.
  ...['rate-limits', 'metrics', 'guard'].map((protection) => ({
    name: `with-${protection}`,
    script: new URL('../servers/with-protection.js', import.meta.url),
    dialect: JSON_RPC,
    package: 'nestjs-realtime',
    args: [protection],
    isExtra: true,
  })),
];
