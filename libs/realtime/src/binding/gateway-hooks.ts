/** Methods of gateways that are called when sessions come and go, as Nest's own gateways name them. */
import type { SessionEnd } from '../session/session-end.js';
import type { Session } from '../session/session.js';
import type { Place } from './place.js';
import { isNestGateway, nestGatewayPlace, ownerMetadata, rpcGatewayPlace } from './place.js';
import type { ProviderMethod } from './provider-methods.js';
import { RPC_GATEWAY_METADATA } from '../rpc/rpc-gateway.decorator.js';
import type { ScopedProviders } from './scoped-providers.js';

/** What a gateway may implement. What it throws is logged and closes the session with 1011. */
export interface GatewayHooks {
  /** @param request the HTTP request that opened the session */
  handleConnection?(session: Session, request: unknown): unknown;
  /** @param end how the session ended; it sends nothing any more */
  handleDisconnect?(session: Session, end: SessionEnd): unknown;
}

/** One hook of one gateway. */
export interface GatewayHook {
  readonly place: Place;
  /** As `ChatGateway.handleConnection`, for messages to the developer. */
  readonly origin: string;
  readonly event: keyof GatewayHooks;
  /** Calls it; may throw or return a promise. */
  readonly run: (session: Session, detail: unknown) => unknown;
}

/** The hook that a method is; undefined if it is none. A request-scoped gateway has one object for both hooks of a session. */
export function gatewayHookOf(found: ProviderMethod, scoped: ScopedProviders): GatewayHook | undefined {
  const { methodName } = found;
  if (methodName !== 'handleConnection' && methodName !== 'handleDisconnect') return undefined;
  const isNest = isNestGateway(found);
  if (!isNest && ownerMetadata(found, RPC_GATEWAY_METADATA) === undefined) return undefined;
  const invoke = scoped.bind(found);

  const place = isNest ? nestGatewayPlace(found) : rpcGatewayPlace(found);
  return {
    place,
    origin: found.origin,
    event: methodName,
    run: (session, detail) => invoke(scoped.connectionOf(session), [session, detail]),
  };
}
