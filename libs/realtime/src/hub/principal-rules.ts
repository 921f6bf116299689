/** How many sessions a user may have, and which ones have to make room for a new one. */

/** Whether a new sign-in ends other sessions of the user: no, all of them, or those of the same platform. */
export const SINGLE_SESSION_POLICIES = Object.freeze(['off', 'user', 'platform'] as const);
export type SingleSession = (typeof SINGLE_SESSION_POLICIES)[number];

export interface PrincipalRules {
  /** Sessions of one user, as far as this node knows; in a cluster the directory has the last word. 0 is no limit. */
  readonly perUser: number;
  /** Sessions of this node that have not signed in; 0 is no limit. */
  readonly anonymous: number;
  readonly singleSession: SingleSession;
  /** When a peer that found no room should try again, in ms. */
  readonly retryAfterMs: number;
}

export const NO_PRINCIPAL_RULES: PrincipalRules = Object.freeze({ perUser: 0, anonymous: 0, singleSession: 'off', retryAfterMs: 0 });
