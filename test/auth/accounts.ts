/** Tokens of a made-up company, and an authenticator that a test can hold up. */
import type { AuthenticationContext, Authenticator, Principal, RealtimeOptions } from 'nestjs-realtime';
import { StaticTokenAuthenticator } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';

export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  'alice-token': { userId: 'alice', roles: ['admin'] },
  'alice-second': { userId: 'alice' },
  'alice-ios': { userId: 'alice', platform: 'ios' },
  'bob-token': { userId: 'bob' },
};

/** The option `auth` with {@link PRINCIPALS}. */
export function staticAuth(more: Omit<NonNullable<RealtimeOptions['auth']>, 'authenticator'> = {}): NonNullable<RealtimeOptions['auth']> {
  return { authenticator: new StaticTokenAuthenticator(PRINCIPALS), ...more };
}

/** Answers when the test says so. */
export class HeldAuthenticator implements Authenticator {
  readonly asked: { readonly token: string; readonly context: AuthenticationContext }[] = [];
  private readonly waiting = new Map<string, (principal: Principal | null) => void>();

  authenticate(token: string, context: AuthenticationContext): Promise<Principal | null> {
    this.asked.push({ token, context });
    return new Promise((resolve) => this.waiting.set(token, resolve));
  }

  /** Lets the token pass as this user, or refuses it; waits until it was asked about. */
  async answer(token: string, principal: Principal | null): Promise<void> {
    const resolve = await eventually(() => {
      const found = this.waiting.get(token);
      if (!found) throw new Error(`Nobody asked about ${token}`);
      return found;
    });
    this.waiting.delete(token);
    resolve(principal);
  }
}
