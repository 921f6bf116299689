/** The headers of an opening request as a session keeps them for its life. */
import type { IncomingHttpHeaders } from 'node:http';

/** Whose values are the same for very many peers, and no secrets. */
const COMMON: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'dnt',
  'host',
  'origin',
  'pragma',
  'priority',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-websocket-extensions',
  'sec-websocket-version',
  'upgrade',
  'user-agent',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** A nonce of the handshake, of no use after it. @see RFC 6455 §4.1 */
const NONCE = 'sec-websocket-key';

/** Longer values, and more of them at a time, are kept by each session for itself. */
const MAX_LENGTH = 256;
const MAX_TEXTS = 1024;

const texts = new Map<string, string>();

/** All but the nonce; what many peers send alike is kept once for all of them. */
export function keptHeaders(headers: Readonly<IncomingHttpHeaders>): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    const value = headers[name];
    if (name !== NONCE) kept[name] = typeof value === 'string' && COMMON.has(name) ? shared(value) : value;
  }
  return kept;
}

function shared(text: string): string {
  if (text.length > MAX_LENGTH) return text;
  const known = texts.get(text);
  if (known !== undefined) return known;
  // Peers that invent values must not make it grow. Sessions keep what they have.
  if (texts.size === MAX_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
