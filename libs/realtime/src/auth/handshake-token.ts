/** Finds the token in an opening request, and hides it where applications and logs would meet it by accident. */
import type { IncomingMessage } from 'node:http';
import type { OpeningRequest, TokenSource } from './authenticator.js';

export interface HandshakeToken {
  readonly token: string;
  readonly source: TokenSource;
}

/** Where to look beside the Authorization header and the subprotocols. */
export interface TokenPlaces {
  readonly cookie?: string;
  readonly queryToken: string | false;
}

/** What was found, and the request without it. */
export interface TakenToken {
  /** The first of: Authorization header, subprotocol, cookie, query. */
  readonly found: HandshakeToken | undefined;
  readonly opening: OpeningRequest;
}

const BEARER_PROTOCOL = 'bearer.';
const PROTOCOL_HEADER = 'sec-websocket-protocol';

/** Tokens of subprotocol and query leave the request; those of the Authorization header and of cookies stay where all of HTTP expects them. */
export function takeToken(opening: OpeningRequest, places: TokenPlaces): TakenToken {
  const { request, search } = opening;
  const fromProtocol = takeFromProtocols(request);
  const query = places.queryToken === false || search === '' ? undefined : splitQuery(search, places.queryToken);
  if (query && query.search !== search) request.url = withSearch(request.url ?? '/', query.search);
  const found =
    named('authorization', fromAuthorization(request)) ??
    named('subprotocol', fromProtocol) ??
    named('cookie', places.cookie === undefined ? undefined : cookieOf(request, places.cookie)) ??
    named('query', query?.token);
  return { found, opening: query ? { ...opening, search: query.search } : opening };
}

function named(source: TokenSource, token: string | undefined): HandshakeToken | undefined {
  return token === undefined ? undefined : { token, source };
}

/** @see RFC 6750 §2.1 */
function fromAuthorization({ headers }: IncomingMessage): string | undefined {
  return /^bearer(?: +(.*))?$/i
    .exec(headers.authorization ?? '')
    ?.slice(1)
    .map((token: string | undefined) => token?.trim() ?? '')[0];
}

/** Browsers cannot set headers, but they can offer subprotocols. The token is taken out, so that it is never echoed. */
function takeFromProtocols(request: IncomingMessage): string | undefined {
  const { headers } = request;
  const offered = headers[PROTOCOL_HEADER];
  if (offered === undefined || !offered.includes(BEARER_PROTOCOL)) return undefined;
  const names = offered.split(',').map((name) => name.trim());
  const bearers = names.filter((name) => name.startsWith(BEARER_PROTOCOL));
  if (bearers.length === 0) return undefined;
  const others = withoutBearers(offered);
  if (others !== '') headers[PROTOCOL_HEADER] = others;
  else delete headers[PROTOCOL_HEADER];
  takeFromRawHeaders(request);
  return bearers[0]?.slice(BEARER_PROTOCOL.length);
}

/** Node makes what else it offers of headers from these, when it is first asked. */
function takeFromRawHeaders(request: IncomingMessage): void {
  const { rawHeaders } = request;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() !== PROTOCOL_HEADER) continue;
    const others = withoutBearers(rawHeaders[at + 1] ?? '');
    if (others === '') rawHeaders.splice(at, 2);
    else rawHeaders[at + 1] = others;
  }
  const { headersDistinct } = request;
  const distinct = headersDistinct[PROTOCOL_HEADER]?.map(withoutBearers).filter((names) => names !== '');
  if (distinct?.length) headersDistinct[PROTOCOL_HEADER] = distinct;
  else delete headersDistinct[PROTOCOL_HEADER];
}

function withoutBearers(offered: string): string {
  const names = offered.split(',').map((name) => name.trim());
  return names.filter((name) => !name.startsWith(BEARER_PROTOCOL)).join(', ');
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at === -1 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
  return undefined;
}

/** The value of a parameter and the query without it; the rest keeps its text. */
function splitQuery(search: string, name: string): { readonly token: string | undefined; readonly search: string } {
  const isToken = (pair: string): boolean => new URLSearchParams(pair).has(name);
  const pairs = search.split('&');
  const taken = pairs.find(isToken);
  if (taken === undefined) return { token: undefined, search };
  return { token: new URLSearchParams(taken).get(name) ?? undefined, search: pairs.filter((pair) => !isToken(pair)).join('&') };
}

function withSearch(url: string, search: string): string {
  const path = url.split('?', 1)[0] as string;
  return search === '' ? path : `${path}?${search}`;
}
