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

/** Most characters of an origin, and of those that are taken, in the log. */
const MAX_SHOWN = 200;

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
  private hasWarned = false;

  /** @param origins an option without fault @param warn told of the first page that is refused, and which one would not be; of a function's refusals nothing */
  constructor(
    private readonly origins: OriginsOption,
    private readonly proxies: TrustedProxies,
    private readonly warn: (sentence: string) => void = () => undefined,
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
    if (this.origins === 'same') {
      const own = this.proxies.ownOrigin(opening.request);
      return origin === own || this.refused(origin, `'same', for this request ${own ?? 'none, because its Host says none'}`);
    }
    const named = this.exact.has(origin) || this.wildcards.some((pattern) => matches(origin, pattern));
    return named || this.refused(origin, this.origins.join(', '));
  }

  /** A development server or a proxy that changes Host and not Origin is refused like an attacker; whoever set it up has to see why. */
  private refused(origin: string, taken: string): false {
    if (!this.hasWarned) {
      this.hasWarned = true;
      const named = JSON.stringify(origin.slice(0, MAX_SHOWN));
      this.warn(
        `A page of ${named} was refused with 403, further ones are not logged here: the option origins takes ${taken.slice(0, MAX_SHOWN)}`,
      );
    }
    return false;
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
