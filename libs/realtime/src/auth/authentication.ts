/** Asks the authenticator of the team, and keeps what it is asked about out of logs. */
import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { RpcError } from 'nestjs-realtime-protocol';
import { isError } from '../observe/fault-text.js';
import type { Principal } from '../session/principal.js';
import { isExpired, principalFault } from '../session/principal.js';
import type { ResolvedAuthOptions } from './auth-options.js';
import type { Authenticated, AuthenticationContext, Authenticator, OpeningRequest } from './authenticator.js';
import type { HandshakeToken, TakenToken } from './handshake-token.js';
import { takeToken } from './handshake-token.js';

export class Authentication {
  private authenticator: Authenticator | undefined;

  constructor(private readonly options: ResolvedAuthOptions) {}

  /** Once, at boot. */
  use(authenticator: Authenticator): void {
    this.authenticator = authenticator;
  }

  get isOn(): boolean {
    return this.authenticator !== undefined;
  }

  /** Takes the token out of an opening request; changes nothing if there is no authenticator. */
  takeToken(opening: OpeningRequest): TakenToken {
    return this.authenticator ? takeToken(opening, this.options) : { found: undefined, opening };
  }

  /**
   * Who a peer is from the beginning; null is anonymous.
   * @throws {RpcError} Unauthorized for a bad token, and for none if one is required; whatever else the authenticator throws
   */
  async ofHandshake(opening: OpeningRequest, found: HandshakeToken | undefined): Promise<Principal | null> {
    const { authenticator } = this;
    if (!authenticator) return null;
    const { request, ...handshake } = opening;
    if (found) return this.ofToken(found.token, { source: found.source, handshake });
    const principal = await guarded('', () => authenticator.fromHandshake?.({ ...handshake, request }) ?? null);
    if (principal && !isExpired(principal)) return principal;
    if (this.options.required) throw RpcError.of('Unauthorized', 'An access token is required');
    return null;
  }

  /** @throws {RpcError} Unauthorized for a bad token; whatever else the authenticator throws */
  async ofToken(token: string, context: AuthenticationContext): Promise<Principal> {
    const { authenticator } = this;
    const principal = authenticator && token !== '' ? await guarded(token, () => authenticator.authenticate(token, context)) : null;
    if (!principal || isExpired(principal)) throw RpcError.of('Unauthorized', 'The access token is not valid');
    return principal;
  }
}

/** Errors of the authenticator's own may quote the token; their text goes to the log, so it is taken out. */
async function guarded(token: string, ask: () => Authenticated): Promise<Principal | null> {
  try {
    const principal = await ask();
    const fault = principal ? principalFault(principal) : undefined;
    if (fault !== undefined) throw new TypeError(`The authenticator named somebody who cannot be: ${fault}`);
    return principal;
  } catch (thrown) {
    // Translated: refusals pass as they are, faults lose the secret.
    if (thrown instanceof RpcError || thrown instanceof HttpException || thrown instanceof WsException) throw thrown;
    throw withoutSecret(thrown, token);
  }
}

/** How far the causes of a fault are kept. */
const MAX_CAUSES = 5;

/** The same fault, with its causes, as a new error whose texts do not hold the secret. */
export function withoutSecret(fault: unknown, secret: string, causes: number = MAX_CAUSES): Error {
  if (!isError(fault)) return new Error(`a value of type ${typeof fault} was thrown`);
  const hide = (text: string): string => (secret === '' ? text : text.replaceAll(secret, '[token]'));
  const hasCause = fault.cause !== undefined && fault.cause !== null && causes > 0;
  const clean = new Error(hide(fault.message), hasCause ? { cause: withoutSecret(fault.cause, secret, causes - 1) } : undefined);
  clean.name = fault.name;
  if (fault.stack !== undefined) clean.stack = hide(fault.stack);
  return clean;
}
