/** The sessions of this node, found by id, by user, and by user and platform in the time that the answer is long. */
import { BUILTIN_PUSHES, Disconnect, RpcError, encodeNotification } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import type { Principal } from '../session/principal.js';
import { principalFault } from '../session/principal.js';
import type { SessionEnd } from '../session/session-end.js';
import type { UserPlace } from '../session/session.js';
import { factsOf } from '../session/session-facts.js';
import type { Session, SessionHost } from '../session/session.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { PrincipalRules } from './principal-rules.js';
import { NO_PRINCIPAL_RULES } from './principal-rules.js';
import type { SessionClaims } from '../claims/session-claims.js';
import type { TopicIndex } from './topic-index.js';

/** How many sessions this node has. */
export interface SessionCounts {
  /** By state: sessions that take pushes, and sessions that are on their way out. */
  readonly sessions: { readonly open: number; readonly closing: number };
  readonly signedIn: number;
  readonly anonymous: number;
  /** Signed-in sessions by platform; those that named none are counted under the empty name. */
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly users: number;
  readonly topics: number;
}

/** Asks the topic policies again. Never rejects. @returns the topics that the session has left */
export type ReviewTopics = (session: Session) => Promise<readonly string[]>;

type Platforms = Map<string, Set<Session>>;

export class SessionRegistry implements SessionHost {
  private readonly openById = new Map<string, Session>();
  private readonly closingSessions = new Set<Session>();
  private readonly signedIn = new Set<Session>();
  private readonly byUser = new Map<string, Platforms>();
  private readonly platformCounts = new Map<string, number>();
  private readonly platforms: ReadonlySet<string>;

  /** @param platforms the names that a principal may give */
  constructor(
    private readonly topics: TopicIndex,
    platforms: readonly string[],
    private readonly observers: Observers = NO_OBSERVERS,
    private readonly rules: PrincipalRules = NO_PRINCIPAL_RULES,
    private readonly reviewTopics: ReviewTopics = async () => [],
    /** Absent where no other node has to be asked. */
    private readonly claims?: SessionClaims,
  ) {
    this.platforms = new Set(platforms);
  }

  /** The session is open from here on: pushes reach it. */
  add(session: Session): void {
    this.openById.set(session.id, session);
    if (this.observers.hears('sessionOpened')) this.observers.tell('sessionOpened', factsOf(session));
  }

  get(id: string): Session | undefined {
    return this.openById.get(id);
  }

  /** All open sessions; a live view. */
  all(): Iterable<Session> {
    return this.openById.values();
  }

  /** Sessions whose close frame is on its way and whose socket is not gone yet. */
  closingOnes(): Iterable<Session> {
    return this.closingSessions;
  }

  allSignedIn(): ReadonlySet<Session> {
    return this.signedIn;
  }

  *ofUser(userId: string, platform?: string): Generator<Session, void, undefined> {
    const platforms = this.byUser.get(userId);
    if (!platforms) return;
    if (platform !== undefined) yield* platforms.get(platform) ?? [];
    else for (const sessions of platforms.values()) yield* sessions;
  }

  /** Open sessions that have not signed in. */
  get anonymous(): number {
    return this.openById.size - this.signedIn.size;
  }

  stats(): SessionCounts {
    return {
      sessions: { open: this.openById.size, closing: this.closingSessions.size },
      signedIn: this.signedIn.size,
      anonymous: this.anonymous,
      byPlatform: Object.fromEntries(this.platformCounts),
      users: this.byUser.size,
      topics: this.topics.size,
    };
  }

  admitPrincipal(session: Session, principal: Principal): void {
    this.checkPrincipal(principal, session);
  }

  /**
   * @param session the session that is to be the user's; none before there is one
   * @throws {RpcError} InvalidParams for a platform that nobody knows, TooManyRequests at the limit of the user
   * @throws {TypeError} for a principal that cannot be: only code of the team makes principals
   */
  checkPrincipal(principal: Principal, session?: Session): void {
    const fault = principalFault(principal);
    if (fault !== undefined) throw new TypeError(fault);
    if (principal.platform !== undefined && !this.platforms.has(principal.platform)) {
      throw RpcError.of('InvalidParams', `The platform must be one of ${[...this.platforms].join(', ')}`);
    }
    const { perUser, retryAfterMs } = this.rules;
    if (perUser > 0 && this.staying(principal, session) >= perUser) {
      throw RpcError.of('TooManyRequests', 'This user has too many sessions', { retryAfterMs });
    }
  }

  claimPlace(session: Session, principal: Principal): Promise<UserPlace | undefined> | undefined {
    return this.claims?.claim(session, principal);
  }

  /**
   * Takes a place on all nodes for a session that is still to come. The promise rejects as {@link checkPrincipal}.
   * @returns undefined if nobody has to be asked
   */
  reservePlace(principal: Principal): Promise<UserPlace> | undefined {
    if (!this.claims) return undefined;
    this.checkPrincipal(principal);
    return this.claims.reserve(principal);
  }

  principalChanged(session: Session, before: Principal | null): Promise<readonly string[]> | undefined {
    if (before) {
      this.unlist(session, before);
      // What the former user was allowed to hear is not for the next one.
      if (before.userId !== session.principal?.userId) this.topics.leaveAll(session);
    }
    const { principal } = session;
    if (principal) this.list(session, principal);
    if (this.observers.hears('principalChanged')) {
      this.observers.tell('principalChanged', { ...factsOf(session), ...(before ? { formerUserId: before.userId } : {}) });
    }
    this.topics.principalChanged(session);
    this.claims?.changed(session);
    if (principal && this.rules.singleSession !== 'off' && !this.claims?.isDecided(session)) this.replaceOthers(session, principal);
    if (!principal && before && this.rules.anonymous > 0) queueMicrotask(() => this.checkAnonymous(session));
    // The same user may have other rights by now.
    return before && before.userId === principal?.userId ? this.reviewTopics(session) : undefined;
  }

  closing(session: Session): void {
    if (!this.openById.delete(session.id)) return;
    this.topics.leaveAll(session);
    this.claims?.left(session);
    if (session.principal) this.unlist(session, session.principal);
    this.closingSessions.add(session);
  }

  closed(session: Session, end: SessionEnd): void {
    this.closingSessions.delete(session);
    if (this.observers.hears('sessionClosed')) {
      this.observers.tell('sessionClosed', { ...factsOf(session), ...end, durationMs: Date.now() - session.openedAtMs });
    }
  }

  /** Sessions of the user that would be there beside this one. */
  private staying({ userId, platform = '' }: Principal, session: Session | undefined): number {
    const { singleSession } = this.rules;
    if (singleSession === 'user') return 0;
    let staying = 0;
    for (const other of this.ofUser(userId)) {
      const makesRoom = singleSession === 'platform' && (other.principal?.platform ?? '') === platform;
      if (other !== session && !makesRoom) staying++;
    }
    return staying;
  }

  /**
   * Signing out is not refused, but it makes no room for one more session that has not signed in. Looked at a microtask later, so that the call
   * that signed out is answered first.
   */
  private checkAnonymous(session: Session): void {
    if (!session.principal && this.anonymous > this.rules.anonymous) session.retire(undefined, Disconnect.ConnectionLimit);
  }

  /** The user is here now: the sessions that the policy does not let stand beside this one are told so and end. */
  private replaceOthers(session: Session, { userId, platform = '' }: Principal): void {
    const others = [...this.ofUser(userId, this.rules.singleSession === 'platform' ? platform : undefined)];
    if (others.length < 2) return;
    const notice = new SharedFrame(encodeNotification(BUILTIN_PUSHES.kicked, { reason: 'Signed in elsewhere' }));
    for (const other of others) if (other !== session) other.farewell(notice, Disconnect.Replaced);
  }

  private list(session: Session, { userId, platform = '' }: Principal): void {
    let platforms = this.byUser.get(userId);
    if (!platforms) this.byUser.set(userId, (platforms = new Map<string, Set<Session>>()));
    let sessions = platforms.get(platform);
    if (!sessions) platforms.set(platform, (sessions = new Set()));
    sessions.add(session);
    this.signedIn.add(session);
    this.platformCounts.set(platform, (this.platformCounts.get(platform) ?? 0) + 1);
  }

  private unlist(session: Session, { userId, platform = '' }: Principal): void {
    if (!this.signedIn.delete(session)) return;
    const platforms = this.byUser.get(userId);
    const sessions = platforms?.get(platform);
    sessions?.delete(session);
    if (sessions?.size === 0) platforms?.delete(platform);
    if (platforms?.size === 0) this.byUser.delete(userId);
    const left = (this.platformCounts.get(platform) ?? 0) - 1;
    if (left > 0) this.platformCounts.set(platform, left);
    else this.platformCounts.delete(platform);
  }
}
