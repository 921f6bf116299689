/** Who a peer is by address, and what it asked for, also behind proxies that are trusted. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** What is wrong with an entry of `trustedProxies`; undefined if it is good. */
export function proxyFault(entry: unknown): string | undefined {
  return typeof entry === 'string' && (entry === UNIX || rangeOf(entry)) ? undefined : "must be an IP address, a CIDR range or 'unix'";
}

/** Whoever connects over a Unix socket, which has no address. */
const UNIX = 'unix';

export class TrustedProxies {
  private readonly trusted: BlockList | undefined;
  private readonly trustsUnix: boolean;

  /** @param entries addresses, CIDR ranges and `unix`, without fault */
  constructor(entries: readonly string[]) {
    this.trustsUnix = entries.includes(UNIX);
    if (entries.length === 0) return;
    this.trusted = new BlockList();
    for (const entry of entries) {
      const range = rangeOf(entry);
      if (range) this.trusted.addSubnet(range.address, range.bits, range.family);
    }
  }

  /** The address of the client. Every proxy writes behind what it was told, so only what stands right of the first stranger is true. */
  addressOf(request: IncomingMessage): string {
    let address = plainAddress(request.socket.remoteAddress ?? '');
    if (!this.trusts(address)) return address;
    const chain = (headerText(request, 'x-forwarded-for') ?? '').split(',');
    for (let i = chain.length - 1; i >= 0; i--) {
      const next = forwardedAddress(chain[i] as string);
      // A hop that says nothing sensible is as far as we can see.
      if (next === undefined) return address;
      address = next;
      if (!this.trusts(address)) return address;
    }
    return address;
  }

  /**
   * The origin that a page of our own would have; undefined if the request does not say. Of several forwarded values the last one counts: the
   * proxy that we trust wrote it behind what it was told, and how many of those before it are a client's inventions nobody knows.
   */
  ownOrigin(request: IncomingMessage): string | undefined {
    const isForwarded = this.trusts(plainAddress(request.socket.remoteAddress ?? ''));
    const forwarded = (name: string): string | undefined =>
      isForwarded ? headerText(request, name)?.split(',').at(-1)?.trim().toLowerCase() || undefined : undefined;
    const scheme = forwarded('x-forwarded-proto') ?? ((request.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http');
    const host = forwarded('x-forwarded-host') ?? request.headers.host;
    const webScheme = WEB_SCHEMES.get(scheme);
    // Any other scheme would make an origin of `null`, which is that of pages nobody knows.
    if (webScheme === undefined || host === undefined || !HOST.test(host)) return undefined;
    try {
      return new URL(`${webScheme}://${host}`).origin;
    } catch {
      // Translated: a host that is none has no pages.
      return undefined;
    }
  }

  private trusts(address: string): boolean {
    if (address === '') return this.trustsUnix;
    if (!this.trusted) return false;
    const family = isIP(address);
    return family !== 0 && this.trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Pages have the schemes of the web; some proxies name that of the socket. */
const WEB_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** Host and port, nothing that would make a URL of it that means something else. */
const HOST = /^[A-Za-z0-9._~-]+(?::\d+)?$|^\[[0-9A-Fa-f:.]+\](?::\d+)?$/;

/** IPv4 addresses that a socket for both families writes as IPv6 ones become what they are. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIP(mapped) === 4 ? mapped : address;
}

/** An entry of X-Forwarded-For: an address, perhaps with a port. */
function forwardedAddress(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  const address = plainAddress(bare);
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

interface AddressRange {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function rangeOf(entry: string): AddressRange | undefined {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  if (version === 0 || address.includes('%') || rest.length > 0) return undefined;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return undefined;
  return { address, bits: bits === undefined ? most : Number(bits), family: version === 6 ? 'ipv6' : 'ipv4' };
}

function headerText({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
