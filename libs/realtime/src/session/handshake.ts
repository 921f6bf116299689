/** What is known of a peer from the request that opened its session. */
import type { IncomingHttpHeaders } from 'node:http';
import { keptHeaders } from './kept-headers.js';

/** What is known before there is a session: the subprotocol is not agreed on yet. Tokens are taken out of `search`. */
export interface OpeningFacts {
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
}

/** Facts of the opening request. They do not change while the session lives. */
export class Handshake implements OpeningFacts {
  readonly address: string;
  readonly endpoint: string;
  readonly path: string;
  readonly search: string;
  readonly params: Readonly<Record<string, string>>;
  /** Without `sec-websocket-key`, which means nothing any more. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  private parsedQuery: URLSearchParams | undefined;

  /** @param subprotocol the one that was agreed on; empty if the peer offered none. @see RFC 6455 §1.9 */
  constructor(
    facts: OpeningFacts,
    readonly subprotocol: string,
  ) {
    this.address = facts.address;
    this.endpoint = facts.endpoint;
    // Mostly the same text: then it is kept once.
    this.path = facts.path === facts.endpoint ? facts.endpoint : facts.path;
    this.search = facts.search;
    this.params = facts.params;
    this.headers = keptHeaders(facts.headers);
  }

  get query(): URLSearchParams {
    // Parsed when it is first asked for: most sessions have none, and parsing is dear at connection time.
    return (this.parsedQuery ??= new URLSearchParams(this.search));
  }
}
