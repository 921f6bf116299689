/** Which web pages may connect: browsers name the page's origin, and send its user's cookies whoever asks. */
import type { OpeningRequest } from '../auth/authenticator.js';
import type { TrustedProxies } from './client-address.js';

/** Decides by the text of the Origin header; asked only for requests that have one. */
export type OriginCheck = (origin: string, opening: OpeningRequest) => boolean | Promise<boolean>;

export type OriginsOption = 'same' | '*' | readonly string[] | OriginCheck;

/** What is wrong with an entry of a list of origins; undefined if it is good. */
export function originFault(entry: unknown): string | undefined {
  if (typeof entry === 'string' && /^wss?:/i.test(entry))
    return 'must be the origin of a page, which begins with https:// or http://: no page has one of wss:// or ws://';
  return typeof entry === 'string' && patternOf(entry)
    ? undefined
    : 'must be an origin such as https://app.example or https://*.example.com';
}

/** One entry of a list. */
interface OriginPattern {
  /** The origin, or what stands before the star with the scheme. */
  readonly exact?: string;
  readonly protocol?: string;
  /** What the host must end with, dot included. */
  readonly suffix?: string;
  readonly port?: string;
}

export class OriginPolicy {
  private readonly exact = new Set<string>();
  private readonly wildcards: OriginPattern[] = [];

  /** @param origins an option without fault */
  constructor(
    private readonly origins: OriginsOption,
    private readonly proxies: TrustedProxies,
  ) {
    for (const entry of typeof origins === 'object' ? origins : []) {
      const pattern = patternOf(entry);
      if (pattern?.exact !== undefined) this.exact.add(pattern.exact);
      else if (pattern) this.wildcards.push(pattern);
    }
  }

  /** A request without an origin does not come from a web page, and passes. */
  allows(opening: OpeningRequest): boolean | Promise<boolean> {
    const { origin } = opening.request.headers;
    if (origin === undefined || this.origins === '*') return true;
    if (typeof this.origins === 'function') return this.origins(origin, opening);
    if (this.origins === 'same') return origin === this.proxies.ownOrigin(opening.request);
    return this.exact.has(origin) || this.wildcards.some((pattern) => matches(origin, pattern));
  }
}

/** Browsers write an origin in one way only; whatever is written otherwise is not from one, and is not taken apart any further. */
function canonical(origin: string): URL | undefined {
  try {
    const url = new URL(origin);
    return url.origin === origin ? url : undefined;
  } catch {
    // Translated: what is no URL is nobody's origin.
    return undefined;
  }
}

function matches(origin: string, { protocol, suffix = '', port }: OriginPattern): boolean {
  const url = canonical(origin);
  return url !== undefined && url.protocol === protocol && url.port === port && url.hostname.endsWith(suffix) && url.hostname !== suffix;
}

function patternOf(entry: string): OriginPattern | undefined {
  const star = /^(https?:)\/\/\*\.([^*]+)$/.exec(entry);
  try {
    const url = new URL(star ? `${star[1]}//${star[2]}` : entry);
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
    if (star) return hasPath(url) ? undefined : { protocol: url.protocol, suffix: `.${url.hostname}`, port: url.port };
    // Apps in web views have origins of schemes of their own, which have no parts to compare.
    if (url.origin === 'null') return /^[a-z][a-z0-9+.-]*:\/\/[^/?#*]+$/.test(entry) ? { exact: entry } : undefined;
    return hasPath(url) || entry.includes('*') ? undefined : { exact: url.origin };
  } catch {
    // Translated: named as a wrong option.
    return undefined;
  }
}

function hasPath({ pathname }: URL): boolean {
  return pathname !== '/' && pathname !== '';
}
