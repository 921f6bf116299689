/** The port behind which a team decides who may open a session. */
import type { OpeningRequest } from '../auth/authenticator.js';

/** A refusal in the application's own words. */
export interface AdmissionRefusal {
  readonly status: 401 | 403 | 429 | 503;
  /** A word for programs; by default that of the status. */
  readonly reason?: string;
  /** One sentence for people. */
  readonly message?: string;
}

/** Nothing or true lets the peer in, false is 403. */
export type AdmissionDecision = boolean | AdmissionRefusal | undefined | void;

export type AdmitFunction = (opening: OpeningRequest) => AdmissionDecision | Promise<AdmissionDecision>;

/** Asked before the upgrade, and before the token is looked at. What it throws is treated as in a guard: the status of an HttpException, else 500. */
export interface AdmissionPolicy {
  admit: AdmitFunction;
}

export const ADMISSION_STATUSES: readonly number[] = Object.freeze([401, 403, 429, 503]);
