/** What is known of a peer from the request that opened its session. */
import type { IncomingHttpHeaders } from 'node:http';

/** Facts of the opening request. They do not change while the session lives. */
export interface Handshake {
  /** Address of the peer as the socket knows it. */
  readonly address: string;
  /** Path of the request without its query. */
  readonly path: string;
  /** Values of the path's parameters, decoded: `/ws/:tenant` gives `{ tenant }`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The subprotocol that was agreed on; empty if the peer offered none. @see RFC 6455 §1.9 */
  readonly subprotocol: string;
}
