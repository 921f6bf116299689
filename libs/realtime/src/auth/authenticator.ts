/** The port behind which a team says who the holder of a token is. */
import type { IncomingMessage } from 'node:http';
import type { OpeningFacts } from '../session/handshake.js';
import type { Principal } from '../session/principal.js';

/** The opening request of a peer; `request` has the socket, and with it the certificate of a TLS client. */
export interface OpeningRequest extends OpeningFacts {
  readonly request: IncomingMessage;
}

/** Where a token came from: the opening request, or a method of the library. */
export type TokenSource = 'authorization' | 'subprotocol' | 'cookie' | 'query' | 'login' | 'refresh';

export interface AuthenticationContext {
  readonly source: TokenSource;
  readonly handshake: OpeningFacts;
}

/** Null is nobody: a bad token, or an opening request that says nothing of a user. */
export type Authenticated = Principal | null | Promise<Principal | null>;

export type AuthenticateFunction = (token: string, context: AuthenticationContext) => Authenticated;

/**
 * An RpcError or HttpException that it throws is the refusal as it is; anything else is a fault of the server, whose text
 * nobody outside sees.
 */
export interface Authenticator {
  /** Who holds this token; null if it is not good. */
  authenticate(token: string, context: AuthenticationContext): Authenticated;
  /** Asked for opening requests without a token: cookies of a session store, certificates of TLS clients. */
  fromHandshake?(opening: OpeningRequest): Authenticated;
}
