/** The options of signing in. */
import type { Type } from '@nestjs/common';
import type { AuthenticateFunction, Authenticator } from './authenticator.js';

export interface AuthOptions {
  /** Who says whose a token is: a provider class, an object, or a function. Without it the library signs nobody in. */
  readonly authenticator?: Type<Authenticator> | Authenticator | AuthenticateFunction;
  /** The cookie of the opening request that holds a token. Mind the option `origins`: browsers send cookies to whoever asks. */
  readonly cookie?: string;
  /** The query parameter of the opening request that holds a token. URLs end up in logs of others: prefer any other way. @default false */
  readonly queryToken?: string | false;
  /** Refuse opening requests that name nobody, with 401. @default false */
  readonly required?: boolean;
  /** How long a session stays, in ms, after its sign-in has run out, so that the peer can refresh it in place. @default 10_000 */
  readonly refreshGraceMs?: number;
}

export const AUTH_DEFAULTS = Object.freeze({ queryToken: false, required: false, refreshGraceMs: 10_000 }) satisfies AuthOptions;

export type ResolvedAuthOptions = AuthOptions & Required<Pick<AuthOptions, keyof typeof AUTH_DEFAULTS>>;
