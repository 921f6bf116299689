/** Which session listens to which topic, on this node only. Joining and leaving cost the same however large a topic is. */
import type { Session } from '../session/session.js';

const NOBODY: ReadonlySet<Session> = new Set();

export class TopicIndex {
  private readonly members = new Map<string, Set<Session>>();

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
    if (!sessions) this.members.set(topic, (sessions = new Set()));
    sessions.add(session);
    session.topicJoined(topic);
    return true;
  }

  /** @returns false if the session did not listen */
  leave(session: Session, topic: string): boolean {
    const sessions = this.members.get(topic);
    if (!sessions?.delete(session)) return false;
    if (sessions.size === 0) this.members.delete(topic);
    session.topicLeft(topic);
    return true;
  }

  leaveAll(session: Session): void {
    for (const topic of [...session.topics]) this.leave(session, topic);
  }
}
