/** What the log says of the paths at which sessions open, as Nest says it of its routes. */
import type { RpcEndpoint } from './rpc-endpoint.js';

/** One line for each path with all that peers may call there. */
export function mappedMethods(endpoints: readonly RpcEndpoint[]): string[] {
  return endpoints.map((endpoint) => `Mapped {${placeOf(endpoint)}} methods: ${endpoint.methods.names().sort().join(', ') || 'none'}`);
}

/** All of them in one line. */
export function openPaths(endpoints: readonly RpcEndpoint[]): string {
  const places = endpoints.map((endpoint) => {
    const count = endpoint.methods.names().length;
    return `${placeOf(endpoint)} (${count} ${count === 1 ? 'method' : 'methods'})`;
  });
  return `Sessions open at ${places.join(', ')}`;
}

function placeOf({ pattern, port }: RpcEndpoint): string {
  return port === 0 ? pattern.text : `${pattern.text} on port ${port}`;
}
