/** All endpoints of an app, by port and path. */
import { PathPattern } from './path-pattern.js';
import type { Session } from '../session/session.js';
import { RpcEndpoint } from './rpc-endpoint.js';

/** An endpoint and the values of its path's parameters. */
export interface EndpointMatch {
  readonly endpoint: RpcEndpoint;
  readonly params: Readonly<Record<string, string>>;
}

export class EndpointDirectory {
  /** Patterns that match the same paths under different names, one sentence each. */
  readonly faults: string[] = [];
  private readonly endpoints = new Map<string, RpcEndpoint>();

  /**
   * @param defaultPath the path of endpoints that name none
   * @param defaultPort the port of endpoints that name none; 0 is the app's own
   */
  constructor(
    private readonly defaultPath: string,
    private readonly defaultPort: number,
    private readonly onFault: (fault: unknown, session: Session) => void,
  ) {}

  /** The endpoint of a place, made when it is first asked for. Paths that match the same requests are one endpoint. */
  at(path: string | undefined, port: number): RpcEndpoint {
    const pattern = new PathPattern(path === undefined || path === '' ? this.defaultPath : withSlash(path));
    const realPort = port === 0 ? this.defaultPort : port;
    const key = `${realPort} ${pattern.shape}`;
    let endpoint = this.endpoints.get(key);
    if (!endpoint) this.endpoints.set(key, (endpoint = new RpcEndpoint(pattern, realPort, this.onFault)));
    else if (!endpoint.pattern.sameNames(pattern)) {
      this.faults.push(
        `the paths ${endpoint.pattern.text} and ${pattern.text} match the same requests, so their parameters must have the same names`,
      );
    }
    return endpoint;
  }

  all(): RpcEndpoint[] {
    return [...this.endpoints.values()];
  }

  ports(): number[] {
    return [...new Set(this.all().map((endpoint) => endpoint.port))];
  }

  /** @throws {URIError} if the path is not properly percent-encoded */
  find(path: string, port: number): EndpointMatch | undefined {
    let best: EndpointMatch | undefined;
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.port !== port) continue;
      if (best && best.endpoint.pattern.literalSegments >= endpoint.pattern.literalSegments) continue;
      const params = endpoint.pattern.match(path);
      if (params) best = { endpoint, params };
    }
    return best;
  }
}

/** Nest's gateways may leave the slash out. */
function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
