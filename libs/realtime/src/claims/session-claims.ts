/** Limits of users over all nodes: a session has a place of its user in the directory before its sign-in is answered. */
import { randomBytes } from 'node:crypto';
import { BUILTIN_PUSHES, Disconnect, RpcError, encodeNotification } from 'nestjs-realtime-protocol';
import type { NodeAsks } from '../cluster/node-asks.js';
import type { ClaimVerdict, PlaceEntry, Replaces, SessionDirectory } from '../cluster/session-directory.js';
import { nodeOf } from '../cluster/session-directory.js';
import type { NodeCounters } from '../observe/node-counters.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { Principal } from '../session/principal.js';
import type { Session, UserPlace } from '../session/session.js';
import { ClaimedPlace } from './user-place.js';
import { PlaceUpkeep } from './place-upkeep.js';
import { ReplacedElsewhere } from './replaced-elsewhere.js';
import type { UserShares } from './user-shares.js';

export interface ClaimRules {
  readonly perUser: number;
  readonly replaces: Replaces;
  /** Nobody is let in while the directory cannot be asked. */
  readonly isStrict: boolean;
  readonly retryAfterMs: number;
}

/** This node in the cluster. */
export interface ClaimingNode {
  readonly nodeId: string;
  /** Its id and generation. */
  readonly sender: string;
  readonly directory: SessionDirectory;
  readonly asks: NodeAsks;
  isThere(nodeId: string): boolean;
}

export class SessionClaims {
  /** By token, those that were touched longest ago first. */
  private readonly places = new Map<string, ClaimedPlace>();
  private readonly bySession = new WeakMap<Session, ClaimedPlace>();
  /** What sessions wait for that sign in. */
  private readonly claiming = new WeakMap<Session, Promise<unknown>>();
  /** Sees that the directory has them. */
  readonly upkeep: PlaceUpkeep;
  readonly elsewhere: ReplacedElsewhere;
  private readonly born = randomBytes(6).toString('base64url');
  private claimed = 0;
  private readonly notice = new SharedFrame(encodeNotification(BUILTIN_PUSHES.kicked, { reason: 'Signed in elsewhere' }));

  constructor(
    private readonly node: ClaimingNode,
    private readonly rules: ClaimRules,
    private readonly shares: UserShares,
    private readonly counters: NodeCounters,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.upkeep = new PlaceUpkeep(
      this.places,
      (place) => this.askAgain(place),
      (place) => this.giveBack(place, false),
      now,
    );
    this.elsewhere = new ReplacedElsewhere(
      node.asks,
      (nodeId) => node.isThere(nodeId),
      counters,
      (token) => this.lose(token, 'replaced'),
    );
  }

  /**
   * One after the other for one session: it must not be in its own way.
   * @returns undefined if the session has its place @throws {RpcError} TooManyRequests, or ServiceUnavailable where nobody is let in unasked
   */
  claim(session: Session, principal: Principal): Promise<UserPlace | undefined> | undefined {
    const before = this.claiming.get(session);
    if (!before && this.has(session, principal)) return undefined;
    const next = (): Promise<UserPlace> | undefined => (this.has(session, principal) ? undefined : this.reserve(principal));
    const claim = before ? before.then(next, next) : this.reserve(principal);
    // Not over before whoever waits for it has taken it.
    const over = claim.then(
      () => Promise.resolve(),
      () => undefined,
    );
    this.claiming.set(session, over);
    void over.then(() => {
      if (this.claiming.get(session) === over) this.claiming.delete(session);
    });
    return claim;
  }

  private has(session: Session, { userId, platform = '' }: Principal): boolean {
    const own = this.bySession.get(session);
    return own?.userId === userId && own.platform === platform;
  }

  /** For a session that is still to come. @throws {RpcError} as {@link claim} */
  async reserve({ userId, platform = '' }: Pick<Principal, 'userId' | 'platform'>): Promise<UserPlace> {
    const place = new ClaimedPlace(this, `${this.born}${(++this.claimed).toString(36)}`, userId, platform);
    this.places.set(place.token, place);
    let verdict: ClaimVerdict;
    try {
      verdict = await this.ask(place);
    } catch {
      // Counted. Nobody knows whether it has its place.
      if (!this.rules.isStrict) {
        this.upkeep.unsettled.add(place);
        return place;
      }
      this.release(place);
      throw RpcError.of('ServiceUnavailable', 'Nobody can say now how many sessions this user has', { retryAfterMs: 1_000 });
    }
    if (verdict.verdict === 'full') {
      this.forget(place);
      throw RpcError.of('TooManyRequests', 'This user has too many sessions', { retryAfterMs: this.rules.retryAfterMs });
    }
    return place;
  }

  /** The session is the user's now. @returns the place that it had @internal */
  adopt(session: Session, place: ClaimedPlace): ClaimedPlace | undefined {
    const before = this.bySession.get(session);
    if (before) before.session = undefined;
    this.bySession.set(session, place);
    place.session = session;
    // Somebody else came while it was on its way.
    if (place.lost) this.end(session, place.lost);
    return before;
  }

  /** The session is somebody else's now, or nobody's. */
  changed(session: Session): void {
    if (!session.principal) this.left(session);
  }

  /** The session is over. */
  left(session: Session): void {
    const place = this.bySession.get(session);
    if (place) this.release(place);
  }

  /** Whether the directory has said who makes room for the session. */
  isDecided(session: Session): boolean {
    return this.bySession.get(session)?.isSettled === true;
  }

  /** Gives a place back. A second time changes nothing. @internal */
  release(place: ClaimedPlace): void {
    if (!this.places.has(place.token)) return;
    const wasSettled = place.isSettled;
    this.forget(place);
    if (!place.lost) void this.giveBack(place, wasSettled);
  }

  private async askAgain(place: ClaimedPlace): Promise<boolean> {
    try {
      const { verdict } = await this.ask(place);
      if (verdict !== 'granted') this.lose(place.token, verdict);
      return true;
    } catch {
      return false; // counted
    }
  }

  /** @throws if nobody can say whether the place was taken */
  private async ask(place: ClaimedPlace): Promise<ClaimVerdict> {
    const { token, userId, platform, order } = place;
    const { perUser, replaces } = this.rules;
    const { sender } = this.node;
    let verdict: ClaimVerdict;
    try {
      verdict = await this.node.directory.claim({ token, userId, platform, perUser, replaces, order, sender });
    } catch (fault) {
      this.counters.busError('claim');
      throw fault;
    }
    this.upkeep.unsettled.delete(place);
    if (verdict.verdict !== 'granted') return verdict;
    for (const loser of verdict.replaced) this.tellReplaced(loser);
    this.granted(place, verdict, sender);
    return verdict;
  }

  private granted(place: ClaimedPlace, { order, nodes }: Extract<ClaimVerdict, { verdict: 'granted' }>, sender: string): void {
    const wasNew = place.order === 0;
    place.order = order;
    // Left meanwhile: whoever released it could not know that it was granted.
    if (!this.places.has(place.token)) {
      if (wasNew) void this.giveBack(place, false);
      return;
    }
    place.isSettled = sender === this.node.sender;
    if (!place.isSettled) this.upkeep.unsettled.add(place);
    place.touchedAtMs = this.now();
    this.places.delete(place.token);
    this.places.set(place.token, place);
    if (wasNew) this.shares.came(place.userId, nodes);
    else this.shares.known(place.userId, nodes);
  }

  private async giveBack(place: ClaimedPlace, wasShared: boolean): Promise<void> {
    const { userId, token } = place;
    const { sender } = this.node;
    try {
      const nodes = await this.node.directory.release(userId, { token, sender });
      if (wasShared) this.shares.tellLeft(userId, nodes);
    } catch {
      this.counters.busError('release');
      if (sender === this.node.sender) this.upkeep.owe(place);
    }
  }

  private tellReplaced({ token, sender }: PlaceEntry): void {
    const node = nodeOf(sender);
    if (node === this.node.nodeId) this.lose(token, 'replaced');
    else this.elsewhere.tell(node, token);
  }

  private lose(token: string, why: 'replaced' | 'full'): void {
    const place = this.places.get(token);
    if (!place) return;
    const { session } = place;
    place.lost = why;
    this.forget(place);
    if (session) this.end(session, why);
  }

  private end(session: Session, why: 'replaced' | 'full'): void {
    if (why === 'replaced') session.farewell(this.notice, Disconnect.Replaced);
    else session.retire(undefined, Disconnect.ConnectionLimit);
  }

  private forget(place: ClaimedPlace): void {
    if (!this.places.delete(place.token)) return;
    this.upkeep.unsettled.delete(place);
    if (place.order > 0) this.shares.left(place.userId);
    if (place.session && this.bySession.get(place.session) === place) this.bySession.delete(place.session);
    // A place that could not be given back is kept, but not whoever had it.
    place.session = undefined;
  }
}
