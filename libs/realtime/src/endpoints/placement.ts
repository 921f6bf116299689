/** Puts what was found in the app at the paths where it is to be served. */
import type { BuiltinMethod } from 'nestjs-realtime-protocol';
import type { Exploration } from '../binding/method-explorer.js';
import type { Place } from '../binding/place.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import type { EndpointDirectory } from './endpoint-directory.js';
import type { GatewayConnections } from './gateway-connections.js';
import { pathPatternFault } from './path-pattern.js';
import type { PlacedMethod } from './placed-methods.js';
import { addMethods } from './placed-methods.js';
import type { RpcEndpoint } from './rpc-endpoint.js';

export interface PlacementResult {
  /** All methods that are served, each once for every path. */
  readonly methods: readonly RegisteredMethod[];
  /** What cannot be served, one sentence for each fault. */
  readonly faults: readonly string[];
}

export class Placement {
  /** @param names of the library's own methods; false if it is not served */
  constructor(
    private readonly endpoints: EndpointDirectory,
    private readonly names: Readonly<Record<BuiltinMethod, string | false>>,
    private readonly connections: GatewayConnections,
  ) {}

  /** Once, at boot. */
  place({ methods, builtins, hooks }: Exploration): PlacementResult {
    const faults: string[] = [];
    const endpointOf = ({ path, port }: Place, origin: string): RpcEndpoint | undefined => {
      const fault = path === undefined || path === '' ? undefined : pathPatternFault(path.startsWith('/') ? path : `/${path}`);
      if (fault !== undefined) faults.push(`${origin}: the path ${JSON.stringify(path)} ${fault}`);
      return fault === undefined ? this.endpoints.at(path, port) : undefined;
    };
    // The module's own path is served also if no gateway is there: it has the library's methods.
    this.endpoints.at(undefined, 0);
    for (const hook of hooks) {
      const endpoint = endpointOf(hook.place, hook.origin);
      if (endpoint) this.connections.follow(endpoint, hook);
    }
    const ofApp: PlacedMethod[] = methods.map(({ place, method, module }) => ({
      endpoint: endpointOf(place, method.origin),
      method,
      module,
    }));
    const placed = [...this.builtinsEverywhere(builtins), ...ofApp];
    faults.push(...addMethods(placed), ...this.endpoints.faults);
    return { methods: placed.map(({ method }) => method), faults };
  }

  private builtinsEverywhere(builtins: Exploration['builtins']): PlacedMethod[] {
    return this.endpoints.all().flatMap((endpoint) =>
      builtins.flatMap(({ which, method }) => {
        const name = this.names[which];
        return name === false ? [] : [{ endpoint, method: { ...method, name }, builtin: which }];
      }),
    );
  }
}
