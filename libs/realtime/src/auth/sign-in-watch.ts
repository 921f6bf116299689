/** Ends sessions that do not sign in in time, and those whose sign-in has run out. Looked at by the one sweep, without timers of its own. */
import { BUILTIN_PUSHES, Disconnect, encodeNotification } from 'nestjs-realtime-protocol';
import type { Principal } from '../session/principal.js';
import { isExpired } from '../session/principal.js';
import type { Session } from '../session/session.js';
import { SharedFrame } from '../outbound/shared-frame.js';

export interface SignInTimes {
  /** 0 lets sessions stay anonymous. */
  readonly anonymousTimeoutMs: number;
  readonly refreshGraceMs: number;
}

/** The sweep looks ten times within the shortest time, but not more often than a process can afford. */
const SHARPEST_MS = 10;
const COARSEST_MS = 1000;

export class SignInWatch {
  /** When a session was first seen anonymous, on the sweep's clock. */
  private readonly anonymousSinceMs = new WeakMap<Session, number>();
  /** When the peer was told. By principal: one that was refreshed is another. */
  private readonly toldAtMs = new WeakMap<Principal, number>();
  private readonly notice = new SharedFrame(encodeNotification(BUILTIN_PUSHES.expired, { reason: 'The sign-in has run out' }));

  constructor(private readonly times: SignInTimes) {}

  /** How late a session may be looked at, at most. */
  get everyMs(): number {
    const times = [this.times.anonymousTimeoutMs, this.times.refreshGraceMs].filter((ms) => ms > 0);
    return Math.max(SHARPEST_MS, Math.min(COARSEST_MS, Math.floor(Math.min(...times) / 10)));
  }

  /** A task of the sweep. */
  readonly look = (session: Session, nowMs: number): void => {
    const { principal } = session;
    if (!principal) this.lookAtAnonymous(session, nowMs);
    else this.lookAtSignedIn(session, principal, nowMs);
  };

  private lookAtAnonymous(session: Session, nowMs: number): void {
    const { anonymousTimeoutMs } = this.times;
    if (anonymousTimeoutMs === 0) return;
    const sinceMs = this.anonymousSinceMs.get(session);
    if (sinceMs === undefined) this.anonymousSinceMs.set(session, nowMs);
    else if (nowMs - sinceMs >= anonymousTimeoutMs) session.close(Disconnect.AnonymousTimeout);
  }

  private lookAtSignedIn(session: Session, principal: Principal, nowMs: number): void {
    this.anonymousSinceMs.delete(session);
    if (!isExpired(principal)) return;
    const { refreshGraceMs } = this.times;
    const toldMs = this.toldAtMs.get(principal);
    if (toldMs === undefined && refreshGraceMs === 0) {
      session.farewell(this.notice, Disconnect.SessionExpired);
    } else if (toldMs === undefined) {
      this.toldAtMs.set(principal, nowMs);
      session.send(this.notice);
    } else if (nowMs - toldMs >= refreshGraceMs) {
      session.close(Disconnect.SessionExpired);
    }
  }
}
