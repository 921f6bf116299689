/** Answers a peer's offers to compress. @see RFC 7692 §5.1, §7.1 */

/** What both sides agree on. Neither side remembers one message while it compresses the next. */
export interface DeflateTerms {
  /** The accepted offer, as an extension header. */
  readonly header: string;
  /** The largest window that the server may use. */
  readonly serverWindowBits: number;
}

const EXTENSION = 'permessage-deflate';
const MAX_WINDOW_BITS = 15;

/**
 * The first offer that can be accepted. Offers with unknown, doubled or wrong parameters are passed over, as the RFC wants.
 * @param header the request's Sec-WebSocket-Extensions
 * @param windowBits the largest window that we want on either side
 */
export function acceptedTerms(header: string | undefined, windowBits: number): DeflateTerms | undefined {
  for (const offer of header?.split(',') ?? []) {
    const [name, ...params] = offer.split(';').map((part) => part.trim());
    const terms = name === EXTENSION ? termsOf(params, windowBits) : undefined;
    if (terms) return terms;
  }
  return undefined;
}

function termsOf(params: readonly string[], windowBits: number): DeflateTerms | undefined {
  const offered = new Map<string, string | undefined>();
  for (const param of params) {
    const [name = '', value] = param.split('=', 2).map((part) => part.trim());
    const rule = PARAMETERS.get(name);
    if (!rule || offered.has(name) || !rule(value)) return undefined;
    offered.set(name, value);
  }
  const server = bitsOf(offered.get('server_max_window_bits'));
  // zlib cannot compress with a window of 8 bits.
  if (server === 8) return undefined;
  const serverWindowBits = Math.min(server ?? MAX_WINDOW_BITS, windowBits);
  const header = [EXTENSION, 'server_no_context_takeover', 'client_no_context_takeover'];
  if (server !== undefined || serverWindowBits < MAX_WINDOW_BITS) header.push(`server_max_window_bits=${serverWindowBits}`);
  if (offered.has('client_max_window_bits')) {
    const client = Math.min(bitsOf(offered.get('client_max_window_bits')) ?? MAX_WINDOW_BITS, windowBits);
    header.push(`client_max_window_bits=${client}`);
  }
  return { header: header.join('; '), serverWindowBits };
}

const WINDOW_BITS = /^"?(8|9|1[0-5])"?$/;

const PARAMETERS: ReadonlyMap<string, (value: string | undefined) => boolean> = new Map([
  ['server_no_context_takeover', (value?: string) => value === undefined],
  ['client_no_context_takeover', (value?: string) => value === undefined],
  ['server_max_window_bits', (value?: string) => value !== undefined && WINDOW_BITS.test(value)],
  ['client_max_window_bits', (value?: string) => value === undefined || WINDOW_BITS.test(value)],
]);

function bitsOf(value: string | undefined): number | undefined {
  const digits = value === undefined ? undefined : WINDOW_BITS.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
