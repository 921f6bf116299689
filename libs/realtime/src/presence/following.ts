/** Follows what other nodes have in the topics that sessions of this node listen to. */
import { nodeOf } from '../cluster/session-directory.js';
import type { PresenceMessage, PresenceState, RemotePresence } from './remote-presence.js';
import { ALL } from './remote-presence.js';
import type { TopicPresence } from './topic-presence.js';

/** Topics that other nodes are asked about at one time. */
const ASKED_AT_ONCE = 100;
/** Generations of nodes that are remembered as gone. */
const MAX_DEAD = 1_000;

export class Following {
  private readonly unsynced = new Set<string>();
  /** Nodes that are gone: what they said before and comes late counts no more. */
  private readonly dead = new Set<string>();
  private isAsking = false;
  private isRecovering = false;

  constructor(
    private readonly remote: RemotePresence,
    private readonly topics: ReadonlyMap<string, TopicPresence>,
    /** Told of each topic about which there may be news. */
    private readonly onChange: (topic: string) => void,
  ) {}

  /** False from the return of the broker until the others were asked. */
  get isWhole(): boolean {
    return !this.isRecovering;
  }

  begin(topic: string): void {
    this.unsynced.add(topic);
  }

  end(topic: string): void {
    this.unsynced.delete(topic);
  }

  /** Something may have been missed, in any topic. */
  doubt(): void {
    for (const [topic, presence] of this.topics) if (presence.isSynced) this.unsynced.add(topic);
    this.isRecovering = this.unsynced.size > 0;
    void this.ask();
  }

  /** A node is gone. */
  forget(sender: string): void {
    this.dead.add(sender);
    const [eldest] = this.dead;
    if (this.dead.size > MAX_DEAD && eldest !== undefined) this.dead.delete(eldest);
  }

  heard({ topic, sender, former, version, previous, entries }: PresenceMessage): void {
    const presence = this.topics.get(topic);
    if (!presence || this.dead.has(sender) || version <= presence.versionOf(sender)) return;
    if (!presence.isSynced) {
      presence.miss(sender, version);
      return;
    }
    const isAll = previous === ALL;
    if (isAll || previous === presence.versionOf(sender)) presence.apply(sender, version, entries, isAll);
    else void this.catchUp(topic, sender);
    // The same process, which lost its lease: what it had under its former name it has under this one.
    if (isAll) presence.drop(former);
    this.onChange(topic);
  }

  /** Asks what others have where that is not known. Never rejects. */
  async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.unsynced.size > 0) {
        const topics = [...this.unsynced].slice(0, ASKED_AT_ONCE);
        const { states, missingNodes } = await this.remote.ask(topics);
        for (const topic of topics) this.begun(topic, states, missingNodes.length === 0);
        // The next heartbeat asks again, without those that are dead by then.
        if (missingNodes.length > 0) return;
      }
      this.isRecovering = false;
    } finally {
      this.isAsking = false;
    }
  }

  private begun(topic: string, states: readonly PresenceState[], isComplete: boolean): void {
    const presence = this.topics.get(topic);
    if (!presence || !this.unsynced.has(topic)) return;
    this.take(topic, presence, states);
    if (isComplete) this.unsynced.delete(topic);
    if (!presence.isSynced) presence.adopted();
    // Told between the answer of its node and that of the last one.
    for (const sender of presence.takeMissed()) void this.catchUp(topic, sender);
    this.onChange(topic);
  }

  /** A message of one node was missed. */
  private async catchUp(topic: string, sender: string): Promise<void> {
    const { states } = await this.remote.ask([topic], [nodeOf(sender)]);
    const presence = this.topics.get(topic);
    if (!presence?.isSynced) return;
    this.take(topic, presence, states);
    this.onChange(topic);
  }

  private take(topic: string, presence: TopicPresence, states: readonly PresenceState[]): void {
    for (const { sender, former, topics } of states) {
      const { version = 0, entries = [] } = topics[topic] ?? {};
      if (!this.dead.has(sender) && version >= presence.versionOf(sender)) presence.apply(sender, version, entries, true);
      presence.drop(former);
    }
  }
}
