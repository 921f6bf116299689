/** How handlers of Nest's own gateways, written with `@SubscribeMessage()`, answer as RPC methods. */
import type { ResultReading } from './handler-result.js';

/** What such handlers return to name the event that answers. */
interface WsResponse {
  readonly event: string;
  readonly data: unknown;
}

function isWsResponse(value: unknown): value is WsResponse {
  return typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string' && 'data' in value;
}

/**
 * `{ event, data }` answers with its `data`. An Observable answers with its last value; the `{ event, data }` values before it go to
 * the caller as pushes named `event`, as its client received them before.
 */
export const WS_RESPONSE_RESULT = Object.freeze({
  read: (value: unknown) => (isWsResponse(value) ? value.data : value),
  onItem: (item, call) => {
    if (isWsResponse(item)) call.session.push(item.event, asParams(item.data));
  },
} satisfies ResultReading);

/** Params must be an object or an array. @see JSON-RPC 2.0 §4.2 */
function asParams(data: unknown): unknown {
  return data === undefined || (typeof data === 'object' && data !== null) ? data : [data];
}
