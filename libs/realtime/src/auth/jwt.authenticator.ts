/** Signs in with JSON Web Tokens, through whatever can verify them: `JwtService` of `@nestjs/jwt` fits. */
import type { Principal } from '../session/principal.js';
import type { Authenticator } from './authenticator.js';

/** What is needed of a verifier: it rejects tokens that are not good. */
export interface JwtVerifier {
  verifyAsync(token: string): Promise<object>;
}

/** Makes a principal of verified claims; null refuses the token. */
export type PrincipalOfClaims = (claims: Readonly<Record<string, unknown>>) => Principal | null | Promise<Principal | null>;

/** Errors by which `jsonwebtoken` says that a token is not good; any other is a fault of ours. */
const BAD_TOKEN_ERRORS: ReadonlySet<string> = new Set(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError']);

/** How `jsonwebtoken` begins the message when the key is missing, could not be fetched, or is none: not the fault of the token. */
const KEY_FAULTS = ['error in secret or public key callback', 'secret or public key must be provided', 'secretOrPublicKey is not valid'];

export class JwtAuthenticator implements Authenticator {
  /**
   * @param toPrincipal by default `sub` is the user, `exp` the end, and `roles` and `platform` what they say
   * @throws {TypeError} if there is nothing that verifies
   */
  constructor(
    private readonly jwt: JwtVerifier,
    private readonly toPrincipal: PrincipalOfClaims = principalOfClaims,
  ) {
    if (typeof (jwt as Partial<JwtVerifier> | undefined)?.verifyAsync !== 'function')
      throw new TypeError('JwtAuthenticator needs something with verifyAsync(), such as a JwtService');
  }

  async authenticate(token: string): Promise<Principal | null> {
    let claims: object;
    try {
      claims = await this.jwt.verifyAsync(token);
    } catch (fault) {
      // Translated: what is wrong with the token is not told to whoever sent it.
      if (isOfToken(fault)) return null;
      throw fault;
    }
    return this.toPrincipal(claims as Readonly<Record<string, unknown>>);
  }
}

function isOfToken(fault: unknown): boolean {
  if (!(fault instanceof Error) || !BAD_TOKEN_ERRORS.has(fault.name)) return false;
  return !KEY_FAULTS.some((beginning) => fault.message.startsWith(beginning));
}

/** The registered claims of RFC 7519, and `roles` and `platform`. A token without a subject is nobody's. */
function principalOfClaims(claims: Readonly<Record<string, unknown>>): Principal | null {
  const { sub, exp, roles, platform } = claims;
  if (typeof sub !== 'string' || sub === '') return null;
  return {
    userId: sub,
    ...(typeof exp === 'number' ? { expiresAtMs: exp * 1000 } : {}),
    ...(Array.isArray(roles) ? { roles: roles.filter((role) => typeof role === 'string') } : {}),
    ...(typeof platform === 'string' ? { platform } : {}),
    claims,
  };
}
