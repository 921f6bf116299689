/** The options that say who may come in, and as whom. */
import type { CanActivate, Type } from '@nestjs/common';
import { MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import type { AdmissionPolicy, AdmitFunction } from '../admission/admission-policy.js';
import { proxyFault } from '../admission/client-address.js';
import type { OriginsOption } from '../admission/origin-policy.js';
import { originFault } from '../admission/origin-policy.js';
import type { AuthOptions } from '../auth/auth-options.js';
import type { SingleSession } from '../hub/principal-rules.js';
import { SINGLE_SESSION_POLICIES } from '../hub/principal-rules.js';
import type { OptionRule, OptionRules } from '../rules/option-rules.js';
import { boolean, integer, list, oneOf, text } from '../rules/option-rules.js';

export interface AccessOptions {
  /** How peers sign in; without an authenticator only by methods of the team's own. */
  readonly auth?: AuthOptions;
  /** Asked before the upgrade: a provider class, an object, or a function. */
  readonly admission?: Type<AdmissionPolicy> | AdmissionPolicy | AdmitFunction;
  /** Nest guards that run on the opening request, as if it were a route: classes or objects. */
  readonly connectGuards?: readonly (Type<CanActivate> | CanActivate)[];
  /**
   * The web pages that may connect: those of scheme, host and port of the request itself, all, those of a list with
   * `https://*.example.com`, or those that a function names. Requests without Origin do not come from web pages and pass.
   * @default 'same'
   */
  readonly origins?: OriginsOption;
  /**
   * Addresses and CIDR ranges of proxies whose X-Forwarded-For, -Proto and -Host are believed; `unix` is whoever connects over a Unix socket.
   * @default none
   */
  readonly trustedProxies?: readonly string[];
  /** How long admission, guards and the authenticator may take together, in ms; beyond it the request is refused with 503. @default 5_000 */
  readonly admissionTimeoutMs?: number;
  /** How long a session may stay without signing in, in ms; 0 is without end. Only with an authenticator. @default 10_000 */
  readonly anonymousTimeoutMs?: number;
  /** Whether a new sign-in ends other sessions of the user: no, all, or those of the same platform. @default 'off' */
  readonly singleSession?: SingleSession;
}

const ruleOfCollaborator = (method: string): string => `must be a class, an object with ${method}(), or a function`;

const AUTHENTICATOR_RULE = ruleOfCollaborator('authenticate');

function collaborator(method: string): (value: unknown) => string | undefined {
  return (value) =>
    typeof value === 'function' || (typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function')
      ? undefined
      : ruleOfCollaborator(method);
}

const guards = list(collaborator('canActivate'), 'must be an array of classes and objects with canActivate()');

const proxies = list(proxyFault, 'must be an array of IP addresses, CIDR ranges and `unix`');

const originList = list(originFault, `must be 'same', '*', a list of origins such as https://*.example.com, or a function`, 1);

const origins: OptionRule = (value) => (value === 'same' || value === '*' || typeof value === 'function' ? undefined : originList(value));

const cookieName: OptionRule = (value) =>
  typeof value === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(value) ? undefined : 'must be the name of a cookie';

const parameterName: OptionRule = (value) => (value === false || text(value) === undefined ? undefined : 'must be a name or false');

export const ACCESS_RULES = {
  auth: {
    authenticator: collaborator('authenticate'),
    cookie: cookieName,
    queryToken: parameterName,
    required: boolean,
    refreshGraceMs: integer(0, MAX_TIMER_MS),
  },
  admission: collaborator('admit'),
  connectGuards: guards,
  origins,
  trustedProxies: proxies,
  admissionTimeoutMs: integer(1, MAX_TIMER_MS),
  anonymousTimeoutMs: integer(0, MAX_TIMER_MS),
  singleSession: oneOf(SINGLE_SESSION_POLICIES),
} satisfies OptionRules;

/** Options that need another one to have an effect. They may be anything: what is wrong with them otherwise is named beside it. */
export function accessFaults(options: AccessOptions | null): string[] {
  const auth = options?.auth as AuthOptions | null | undefined;
  if (typeof auth !== 'object' || auth === null || auth.authenticator !== undefined) return [];
  // Somebody meant to give one, and the app would be open without it.
  const lost = Object.hasOwn(auth, 'authenticator') ? [`auth.authenticator ${AUTHENTICATOR_RULE}, got undefined`] : [];
  const idle = (['cookie', 'queryToken', 'required'] as const)
    .filter((name) => auth[name] !== undefined && auth[name] !== false)
    .map((name) => `auth.${name} has an effect only together with auth.authenticator`);
  return [...lost, ...idle];
}
