/** Judges opening requests before there is a session, in the order of what it costs, for every transport. */
import type { IncomingMessage } from 'node:http';
import type { CanActivate } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime-protocol';
import type { Authentication } from '../auth/authentication.js';
import type { OpeningRequest } from '../auth/authenticator.js';
import type { HandshakeToken } from '../auth/handshake-token.js';
import { withinTime } from '../auth/time-limit.js';
import type { SessionRegistry } from '../hub/session-registry.js';
import type { Observers } from '../observe/observers.js';
import type { Principal } from '../session/principal.js';
import type { UserPlace } from '../session/session.js';
import type { AdmissionPolicy } from './admission-policy.js';
import { ADMISSION_STATUSES } from './admission-policy.js';
import { guardsAllow } from './connect-guards.js';
import type { ConnectionLimiter, Release } from './connection-limiter.js';
import type { TrustedProxies } from './client-address.js';
import type { OriginPolicy } from './origin-policy.js';
import type { Refusal, RefusalLabel } from './refusal.js';
import { Refusals } from './refusal.js';
import { refusalWith, thrownRefusal, usualMessage } from './thrown-refusal.js';

const logger = new Logger('RealtimeAdmission');

/** What opening requests pay that somebody has to judge. */
export interface OpeningCharge {
  /** @returns gives it back, or in how many ms to come again; undefined if nothing is to be paid */
  takeOpening(address: string): Release | number | undefined;
}

/** What a request is judged by. */
export interface AdmissionRules {
  readonly proxies: TrustedProxies;
  readonly origins: OriginPolicy;
  readonly limiter: ConnectionLimiter;
  readonly charge: OpeningCharge;
  readonly authentication: Authentication;
  /** How many sessions may be anonymous; 0 is no limit. */
  readonly anonymous: number;
  /** How long everything together may take, in ms. */
  readonly timeoutMs: number;
}

/** A request that may become a session. Whoever has it must release it when the session has ended, or give it up if none comes to be. */
export class Admitted {
  constructor(
    /** The request without its token. */
    readonly opening: OpeningRequest,
    /** Who the session is from the beginning; null is anonymous. */
    readonly principal: Principal | null,
    /** Gives back the place among the connections; may be called twice. Absent if connections are not limited. */
    readonly release: Release | undefined,
    /** What the user has for the session over all nodes; absent if nobody had to be asked. */
    readonly place?: UserPlace,
  ) {}

  /** There will be no session. */
  giveUp(): void {
    this.release?.();
    this.place?.release();
  }
}

export type Verdict = Admitted | Refusal;

/** A request about which somebody has to be asked. */
interface Waiting {
  readonly opening: OpeningRequest;
  readonly found: HandshakeToken | undefined;
  readonly allowed: boolean | Promise<boolean>;
  readonly release: Release | undefined;
  /** Gives back what it paid; only whoever is let in gets it. */
  readonly refund: Release | undefined;
}

/** Thrown inside to leave early; never leaves this file. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export class Admission {
  private policy: AdmissionPolicy | undefined;
  private guards: readonly CanActivate[] = [];

  constructor(
    private readonly rules: AdmissionRules,
    private readonly sessions: SessionRegistry,
    private readonly observers: Observers,
  ) {}

  /** Once, at boot. */
  use(policy: AdmissionPolicy | undefined, guards: readonly CanActivate[]): void {
    this.policy = policy;
    this.guards = guards;
  }

  /** The address of the client, behind proxies that are trusted. */
  addressOf(request: IncomingMessage): string {
    return this.rules.proxies.addressOf(request);
  }

  /** Lets everybody know of a request that becomes a session. */
  opening({ address, endpoint }: OpeningRequest): void {
    if (this.observers.hears('sessionOpening')) this.observers.tell('sessionOpening', { address, endpoint });
  }

  /** Lets everybody know of a request that does not. */
  rejected(request: IncomingMessage, { status, label }: Refusal): void {
    if (!this.observers.hears('handshakeRejected')) return;
    this.observers.tell('handshakeRejected', { status, reason: label, address: this.addressOf(request) });
  }

  /** Judges at once where nobody has to be asked. The promise never rejects. */
  judge(arrived: OpeningRequest): Verdict | Promise<Verdict> {
    const { origins, limiter, authentication } = this.rules;
    const { found, opening } = authentication.takeToken(arrived);
    const allowed = this.ask(() => origins.allows(opening), found);
    if (allowed === false) return Refusals.origin;
    if (typeof allowed === 'object' && 'status' in allowed) return allowed;
    const release = limiter.take(opening.address);
    if (typeof release === 'object') return release;
    const isInstant = allowed === true && !this.policy && !authentication.isOn && this.guards.length === 0;
    if (isInstant) return new Admitted(opening, null, release);
    const isJudged = this.policy !== undefined || this.guards.length > 0 || authentication.judges(found);
    const refund = isJudged ? this.rules.charge.takeOpening(opening.address) : undefined;
    if (typeof refund !== 'number') return this.judgeSlowly({ opening, found, allowed, release, refund });
    release?.();
    return Refusals.addressRate(refund);
  }

  /**
   * The last word, in the same step in which the session opens: what was free while others were asked may be taken by now.
   */
  confirm({ principal }: Admitted): Refusal | undefined {
    const { anonymous } = this.rules;
    if (!principal) return anonymous > 0 && this.sessions.anonymous >= anonymous ? Refusals.anonymousLimit : undefined;
    try {
      this.sessions.checkPrincipal(principal);
      return undefined;
    } catch (thrown) {
      return this.limitRefusal(thrown);
    }
  }

  /** The same rules as for a login, in the words of HTTP. */
  private limitRefusal(thrown: unknown): Refusal {
    return thrownRefusal(thrown, isLimit(thrown) ? 'UserLimit' : 'Unauthorized', undefined, this.observers);
  }

  private async judgeSlowly({ opening, found, allowed, release, refund }: Waiting): Promise<Verdict> {
    try {
      const judged = this.holderOf(opening, found, allowed);
      const tooLate = (): Refused => {
        // What is granted when nobody waits for it any more is not kept; nor is it told then why there is none.
        void judged.then(({ place }) => place?.release()).catch(() => undefined);
        return new Refused(Refusals.timedOut);
      };
      const { principal, place } = await withinTime(judged, this.rules.timeoutMs, tooLate);
      refund?.();
      return new Admitted(opening, principal, release, place);
    } catch (thrown) {
      release?.();
      return thrown instanceof Refused ? thrown.refusal : thrownRefusal(thrown, 'Fault', found?.token, this.observers);
    }
  }

  /** @throws {Refused} */
  private async holderOf(
    opening: OpeningRequest,
    found: HandshakeToken | undefined,
    allowed: boolean | Promise<boolean>,
  ): Promise<{ readonly principal: Principal | null; readonly place?: UserPlace }> {
    const principal = await this.principalOf(opening, found, allowed);
    if (!principal) return { principal };
    try {
      const place = await this.sessions.reservePlace(principal);
      return place ? { principal, place } : { principal };
    } catch (thrown) {
      throw new Refused(this.limitRefusal(thrown));
    }
  }

  /** @throws {Refused} */
  private async principalOf(
    opening: OpeningRequest,
    found: HandshakeToken | undefined,
    allowed: boolean | Promise<boolean>,
  ): Promise<Principal | null> {
    const refusing = <T>(label: RefusalLabel, work: () => T | Promise<T>): Promise<T> => refused(label, found, this.observers, work);
    if (!(await refusing('OriginRefused', () => allowed))) throw new Refused(Refusals.origin);
    const { policy, guards } = this;
    const decision = policy && (await refusing('AdmissionRefused', () => policy.admit(opening)));
    if (decision !== undefined && decision !== true) throw new Refused(policyRefusal(decision, found));
    const principal = await refusing('Unauthorized', () => this.rules.authentication.ofHandshake(opening, found));
    if (guards.length > 0 && !(await refusing('GuardRefused', () => guardsAllow(guards, opening, principal))))
      throw new Refused(Refusals.guard);
    return principal;
  }

  /** A check that throws at once must not reach the server's listener. */
  private ask<T>(work: () => T, found: HandshakeToken | undefined): T | Refusal {
    try {
      return work();
    } catch (thrown) {
      return thrownRefusal(thrown, 'OriginRefused', found?.token, this.observers);
    }
  }
}

async function refused<T>(
  label: RefusalLabel,
  found: HandshakeToken | undefined,
  observers: Observers,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw new Refused(thrownRefusal(thrown, label, found?.token, observers));
  }
}

function policyRefusal(decision: unknown, found: HandshakeToken | undefined): Refusal {
  const { status, reason, message } = (typeof decision === 'object' && decision !== null ? decision : {}) as Record<string, unknown>;
  const known = typeof status === 'number' && ADMISSION_STATUSES.includes(status) ? status : 403;
  if (status !== undefined && status !== known)
    logger.error(
      `admission refused with the status ${JSON.stringify(status)}, which is none of ${ADMISSION_STATUSES.join(', ')}; the peer got 403`,
    );
  const text = typeof message === 'string' ? message : usualMessage(known);
  return refusalWith(known, text, 'AdmissionRefused', found !== undefined, typeof reason === 'string' ? reason : undefined);
}

function isLimit(thrown: unknown): boolean {
  return thrown instanceof RpcError && thrown.reason === 'TooManyRequests';
}
