/** Which session listens to which topic, on this node only. Joining and leaving cost the same however large a topic is. */
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import type { Session } from '../session/session.js';

const NOBODY: ReadonlySet<Session> = new Set();

/** Told when a topic gets its first session of this node, and when it loses its last. */
export interface TopicWatch {
  appeared(topic: string): void;
  vanished(topic: string): void;
}

/** Told of each session that joins and leaves. */
export interface MemberWatch {
  joined(session: Session, topic: string): void;
  left(session: Session, topic: string): void;
  /** The session listens still and is somebody else, or somebody now. */
  changed(session: Session, topic: string): void;
}

export class TopicIndex {
  private memberWatch: MemberWatch | undefined;
  private readonly members = new Map<string, Set<Session>>();
  /** What subscriptions ask for that are still being checked; a topic that is left meanwhile is taken out. */
  private readonly pending = new WeakMap<Session, Set<Set<string>>>();

  /** What the server itself chose for a session. */
  private readonly granted = new WeakMap<Session, Set<string>>();

  constructor(
    private readonly observers: Observers = NO_OBSERVERS,
    private readonly watch?: TopicWatch,
  ) {}

  /** Once, at boot. */
  watchMembers(watch: MemberWatch): void {
    this.memberWatch = watch;
  }

  /** The session is somebody else, and listens to what it listened to. */
  principalChanged(session: Session): void {
    const { memberWatch } = this;
    if (memberWatch) for (const topic of session.topics) memberWatch.changed(session, topic);
  }

  /** Topics that at least one session listens to. */
  get size(): number {
    return this.members.size;
  }

  /** The sessions that listen; a live view. */
  sessionsOf(topic: string): ReadonlySet<Session> {
    return this.members.get(topic) ?? NOBODY;
  }

  /** @returns false if the session listens already or is no longer open */
  join(session: Session, topic: string): boolean {
    // Checked in the same step as the change, so that a session that just ended cannot be left behind in a topic.
    if (session.state !== 'open' || session.topics.has(topic)) return false;
    let sessions = this.members.get(topic);
    if (!sessions) {
      this.members.set(topic, (sessions = new Set()));
      this.watch?.appeared(topic);
    }
    sessions.add(session);
    session.topicJoined(topic);
    this.memberWatch?.joined(session, topic);
    this.tell('topicJoined', session, topic);
    return true;
  }

  /**
   * Notes what a subscription asks for while it is being checked. Whoever lets the session leave a topic takes it out of the set.
   * @returns forgets the note
   */
  ask(session: Session, topics: Set<string>): () => void {
    let pending = this.pending.get(session);
    if (!pending) this.pending.set(session, (pending = new Set()));
    pending.add(topics);
    return () => pending.delete(topics);
  }

  /** False if the session has left everything since it began to {@link ask}. */
  asks(session: Session, topics: Set<string>): boolean {
    return this.pending.get(session)?.has(topics) ?? false;
  }

  /** Topics that subscriptions of the session ask for which are still being checked. */
  askedBy(session: Session): string[] {
    return [...(this.pending.get(session) ?? [])].flatMap((asked) => [...asked]);
  }

  /** Joins without the wish of the peer; policies are not asked about it, also not later. @returns as {@link join} does */
  grant(session: Session, topic: string): boolean {
    const joined = this.join(session, topic);
    if (session.topics.has(topic)) {
      const granted = this.granted.get(session);
      if (granted) granted.add(topic);
      else this.granted.set(session, new Set([topic]));
    }
    return joined;
  }

  isGranted(session: Session, topic: string): boolean {
    return this.granted.get(session)?.has(topic) ?? false;
  }

  /** @returns false if the session did not listen */
  leave(session: Session, topic: string): boolean {
    for (const asked of this.pending.get(session) ?? []) asked.delete(topic);
    const sessions = this.members.get(topic);
    if (!sessions?.delete(session)) return false;
    if (sessions.size === 0) {
      this.members.delete(topic);
      this.watch?.vanished(topic);
    }
    session.topicLeft(topic);
    this.granted.get(session)?.delete(topic);
    this.memberWatch?.left(session, topic);
    this.tell('topicLeft', session, topic);
    return true;
  }

  /** Leaves everything, and ends what is still being checked: it was asked for by whoever the session was. */
  leaveAll(session: Session): void {
    this.pending.delete(session);
    for (const topic of [...session.topics]) this.leave(session, topic);
  }

  private tell(event: 'topicJoined' | 'topicLeft', session: Session, topic: string): void {
    if (!this.observers.hears(event)) return;
    const userId = session.principal?.userId;
    this.observers.tell(event, { sessionId: session.id, topic, ...(userId === undefined ? {} : { userId }) });
  }
}
