/** What is known of a peer from the request that opened its session. */
import type { IncomingHttpHeaders } from 'node:http';

/** What a transport reads from the opening request. */
export interface HandshakeFacts {
  /** Address of the peer as the socket knows it. */
  readonly address: string;
  /** The path of the endpoint as it was declared, as `/ws/:tenant`. */
  readonly endpoint: string;
  /** Path of the request without its query. */
  readonly path: string;
  /** The query as it was sent, without the question mark. */
  readonly search: string;
  /** Values of the path's parameters, decoded: `/ws/:tenant` gives `{ tenant }`. */
  readonly params: Readonly<Record<string, string>>;
  /** Header names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The subprotocol that was agreed on; empty if the peer offered none. @see RFC 6455 §1.9 */
  readonly subprotocol: string;
}

/** Facts of the opening request. They do not change while the session lives. */
export class Handshake implements HandshakeFacts {
  readonly address: string;
  readonly endpoint: string;
  readonly path: string;
  readonly search: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly subprotocol: string;
  private parsedQuery: URLSearchParams | undefined;

  constructor(facts: HandshakeFacts) {
    this.address = facts.address;
    this.endpoint = facts.endpoint;
    this.path = facts.path;
    this.search = facts.search;
    this.params = facts.params;
    this.headers = facts.headers;
    this.subprotocol = facts.subprotocol;
  }

  get query(): URLSearchParams {
    // Parsed when it is first asked for: most sessions have none, and parsing is dear at connection time.
    return (this.parsedQuery ??= new URLSearchParams(this.search));
  }
}
