/** Signs in with JSON Web Tokens, through whatever can verify them: `JwtService` of `@nestjs/jwt` fits. */
import { Logger } from '@nestjs/common';
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

const logger = new Logger('JwtAuthenticator');

export class JwtAuthenticator implements Authenticator {
  /**
   * @param toPrincipal by default what {@link principalOfClaims} makes of the claims
   * @throws {TypeError} if there is nothing that verifies
   */
  constructor(
    private readonly jwt: JwtVerifier,
    private readonly toPrincipal: PrincipalOfClaims = principalOfClaims(),
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

export interface ClaimsOptions {
  /** The claim that names the kind of client; without it every session is of no platform, whatever claims of that name others write. */
  readonly platformClaim?: string;
}

/**
 * Reads the registered claims: `sub` is the user, a whole number by its digits; `exp` the end; `roles` a list, or one by itself. A token without a subject is
 * nobody's. What a claim that was signed cannot mean is a warning in the log that names the claim.
 * @see RFC 7519 §4.1
 */
export function principalOfClaims({ platformClaim }: ClaimsOptions = {}): PrincipalOfClaims {
  return (claims) => {
    const { sub, exp } = claims;
    const userId = typeof sub === 'number' && Number.isSafeInteger(sub) ? String(sub) : sub;
    if (typeof userId !== 'string' || userId === '') {
      misunderstood('sub', sub, 'must be a text or a whole number; the token is refused');
      return null;
    }
    const roles = rolesOf(claims['roles']);
    const platform = platformClaim === undefined ? undefined : claims[platformClaim];
    if (platform !== undefined && typeof platform !== 'string')
      misunderstood(platformClaim ?? '', platform, 'must be a text; the session has no platform');
    return {
      userId,
      ...(typeof exp === 'number' ? { expiresAtMs: exp * 1000 } : {}),
      ...(roles ? { roles } : {}),
      ...(typeof platform === 'string' ? { platform } : {}),
      claims,
    };
  };
}

function rolesOf(roles: unknown): string[] | undefined {
  if (roles === undefined || roles === null) return undefined;
  if (typeof roles === 'string') return [roles];
  const texts = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : undefined;
  if (!Array.isArray(roles) || texts?.length !== roles.length)
    misunderstood('roles', roles, 'must be a list of texts; what is none is left out');
  return texts;
}

/** The value is not printed: it may be anything that somebody signed. */
function misunderstood(claim: string, value: unknown, what: string): void {
  logger.warn(`A token was verified, but its claim ${claim} is ${kindOf(value)}: it ${what}`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
