/** Knows a fixed list of bearer tokens, for services and for development. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../session/principal.js';
import { principalFault } from '../session/principal.js';
import type { Authenticator } from './authenticator.js';

export class StaticTokenAuthenticator implements Authenticator {
  // Digests under a key of this process have one length and say nothing of the tokens.
  private readonly key = randomBytes(32);
  private readonly entries: readonly { readonly digest: Buffer; readonly principal: Principal }[];

  /**
   * @param tokens who holds which token: `{ 's3cr3t': { userId: 'backup' } }`
   * @throws {TypeError} if a token is empty or is that of somebody who cannot be
   */
  constructor(tokens: Readonly<Record<string, Principal>>) {
    this.entries = Object.entries(tokens).map(([token, principal]) => {
      if (token === '') throw new TypeError('A token must not be empty');
      const fault = principalFault(principal);
      if (fault !== undefined) throw new TypeError(fault);
      return { digest: this.digestOf(token), principal };
    });
  }

  authenticate(token: string): Principal | null {
    const digest = this.digestOf(token);
    let holder: Principal | null = null;
    // All are looked at, so that the time says nothing about which one was near.
    for (const entry of this.entries) if (timingSafeEqual(entry.digest, digest)) holder = entry.principal;
    return holder;
  }

  private digestOf(token: string): Buffer {
    return createHmac('sha256', this.key).update(token).digest();
  }
}
