import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';

const LIFETIME_MS = 12 * 60 * 60 * 1000;

/** Whom a token speaks of. */
export interface TokenSubject {
  readonly userId: string;
  readonly platform?: string;
  readonly expiresAtMs: number;
}

interface Payload {
  readonly sub: string;
  readonly platform?: string;
  /** Seconds, as JWT has it. @see RFC 7519 §4.1.4 */
  readonly exp: number;
}

/** Makes and reads the tokens that sign a session in again after a reconnect. */
@Injectable()
export class TokenService {
  constructor(private readonly jwt: JwtService) {}

  async issue(userId: string, platform?: string): Promise<TokenSubject & { readonly token: string }> {
    const exp = Math.floor((Date.now() + LIFETIME_MS) / 1000);
    const named = platform === undefined ? {} : { platform };
    const payload: Payload = { sub: userId, exp, ...named };
    return { token: await this.jwt.signAsync(payload), userId, expiresAtMs: exp * 1000, ...named };
  }

  /** @returns undefined for a token that is not ours, was changed or has run out */
  async read(token: string): Promise<TokenSubject | undefined> {
    try {
      const { sub, platform, exp } = await this.jwt.verifyAsync<Payload>(token);
      return { userId: sub, expiresAtMs: exp * 1000, ...(platform === undefined ? {} : { platform }) };
    } catch {
      // Translated: why a token is bad is not for whoever sent it.
      return undefined;
    }
  }
}
