/** Asks the authenticator of the team, and keeps what it is asked about out of logs. */
import { RpcError } from 'nestjs-realtime-protocol';
import { isAnswer } from '../rpc/error-mapper.js';
import type { Principal } from '../session/principal.js';
import { isExpired, principalFault } from '../session/principal.js';
import type { ResolvedAuthOptions } from './auth-options.js';
import type { Authenticated, AuthenticationContext, Authenticator, OpeningRequest } from './authenticator.js';
import type { HandshakeToken, TakenToken } from './handshake-token.js';
import { takeToken } from './handshake-token.js';
import { answerWithoutSecret, withoutSecret } from './without-secret.js';

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

  /** True if the authenticator has a say about an opening request: it has a token, or may have something else to be known by. */
  judges(found: HandshakeToken | undefined): boolean {
    return found !== undefined || this.authenticator?.fromHandshake !== undefined;
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
    // Translated: refusals pass as what they are, faults are kept by their texts; the secret is in neither.
    throw isAnswer(thrown) ? answerWithoutSecret(thrown, token) : withoutSecret(thrown, token);
  }
}
