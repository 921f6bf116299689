/** Follows what other nodes have in the topics that sessions of this node listen to. */
import { nodeOf } from '../cluster/session-directory.js';
import type { PresenceMessage, PresenceState, RemotePresence } from './remote-presence.js';
import { ALL } from './remote-presence.js';
import type { PresenceEntry, TopicPresence } from './topic-presence.js';

/** Topics that other nodes are asked about at one time. */
const ASKED_AT_ONCE = 100;
/** After so many rounds the node is taken as whole, though somebody who is alive does not answer. */
const RECOVERY_ROUNDS = 3;
/** Senders that are not in the roster; anybody can make up names. */
const MAX_STRANGERS = 1_000;
const STRANGER_HEARTBEATS = 3;

/** Somebody who is not in the roster, or not yet. */
interface Stranger {
  readonly topics: Set<string>;
  heartbeats: number;
}

export class Following {
  /** With a number that is another one each time: what was asked before does not count then. */
  private readonly unsynced = new Map<string, number>();
  private doubts = 0;
  /** Topics in which a message of a sender was missed, with the version that has to be reached. */
  private readonly behind = new Map<string, Map<string, number>>();
  private readonly catching = new Set<string>();
  private readonly strangers = new Map<string, Stranger>();
  private asking: Promise<void> | undefined;
  /** Rounds of asking until the node is whole at the latest; 0 if it is. */
  private recovery = 0;

  constructor(
    private readonly remote: RemotePresence,
    private readonly topics: ReadonlyMap<string, TopicPresence>,
    /** Told of each topic about which there may be news. */
    private readonly onChange: (topic: string) => void,
  ) {}

  /** False from the return of the broker until the others were asked. */
  get isWhole(): boolean {
    return this.recovery === 0;
  }

  begin(topic: string): void {
    if (!this.unsynced.has(topic)) this.unsynced.set(topic, ++this.doubts);
  }

  end(topic: string): void {
    this.unsynced.delete(topic);
    for (const topics of this.behind.values()) topics.delete(topic);
  }

  /** Something may have been missed, in any topic. */
  doubt(): void {
    for (const [topic, presence] of this.topics) {
      if (presence.isSynced || this.unsynced.has(topic)) this.unsynced.set(topic, ++this.doubts);
    }
    this.recovery = this.unsynced.size > 0 ? RECOVERY_ROUNDS : 0;
    void this.ask();
  }

  /** With each heartbeat. */
  tick(): void {
    for (const [sender, stranger] of this.strangers) {
      if (this.remote.knows(sender)) for (const topic of stranger.topics) if (this.topics.get(topic)?.isSynced) this.begin(topic);
      if (this.remote.knows(sender) || ++stranger.heartbeats > STRANGER_HEARTBEATS) this.strangers.delete(sender);
    }
    void this.ask();
    for (const sender of this.behind.keys()) void this.catchUp(sender);
  }

  /** A node is gone. */
  forget(sender: string): void {
    this.behind.delete(sender);
  }

  heard({ topic, sender, former, version, previous, entries }: PresenceMessage): void {
    const presence = this.topics.get(topic);
    if (!presence || version <= presence.versionOf(sender)) return;
    if (!this.remote.knows(sender)) {
      this.meet(sender, topic);
      return;
    }
    if (!presence.isSynced) {
      presence.miss(sender, version);
      return;
    }
    const isAll = previous === ALL;
    if (isAll || previous === presence.versionOf(sender)) presence.apply(sender, version, entries, isAll);
    else this.missed(topic, sender, version);
    // The same process, which lost its lease: what it had under its former name it has under this one.
    if (isAll) presence.drop(former);
    this.onChange(topic);
  }

  /** Asks what others have where that is not known, until it is or a node is missing. Never rejects. */
  ask(): Promise<void> {
    if (this.unsynced.size === 0 && this.recovery === 0) return Promise.resolve();
    return (this.asking ??= this.askAll().finally(() => (this.asking = undefined)));
  }

  private async askAll(): Promise<void> {
    while (this.unsynced.size > 0) {
      const asked = [...this.unsynced].slice(0, ASKED_AT_ONCE);
      const { states, missingNodes } = await this.remote.ask(asked.map(([topic]) => topic));
      for (const [topic, doubt] of asked) this.begun(topic, doubt, states, missingNodes.length === 0);
      // The next heartbeat asks again, without those that are dead by then.
      if (missingNodes.length > 0) {
        this.recovery = Math.max(0, this.recovery - 1);
        return;
      }
    }
    this.recovery = 0;
  }

  private begun(topic: string, doubt: number, states: readonly PresenceState[], isComplete: boolean): void {
    const presence = this.topics.get(topic);
    // Asked for anew meanwhile: the topic was left and joined, or the broker was away.
    if (!presence || this.unsynced.get(topic) !== doubt) return;
    this.take(topic, presence, states);
    if (isComplete) this.unsynced.delete(topic);
    if (!presence.isSynced) presence.adopted();
    // Told between the answer of its node and that of the last one.
    for (const [sender, version] of presence.takeMissed()) this.missed(topic, sender, version);
    this.onChange(topic);
  }

  /** A message of one node was missed. */
  private missed(topic: string, sender: string, version: number): void {
    let topics = this.behind.get(sender);
    if (!topics) this.behind.set(sender, (topics = new Map<string, number>()));
    topics.set(topic, version);
    void this.catchUp(sender);
  }

  /** Asks a node for what was missed of it, once however much that is. Never rejects. */
  private async catchUp(sender: string): Promise<void> {
    if (this.catching.has(sender)) return;
    this.catching.add(sender);
    try {
      for (let topics = this.behind.get(sender); topics && topics.size > 0; topics = this.behind.get(sender)) {
        const asked = [...topics].slice(0, ASKED_AT_ONCE);
        const names = asked.map(([topic]) => topic);
        const { states, missingNodes } = await this.remote.ask(names, [nodeOf(sender)]);
        // The next heartbeat asks again, if it is alive.
        if (missingNodes.length > 0) return;
        for (const [topic, version] of asked) {
          this.caughtUp(topic, states);
          // Nothing more was missed since it was asked.
          if (topics.get(topic) === version) topics.delete(topic);
        }
        // It has another generation by now, and what it said in this one is void.
        if (!states.some((state) => state.sender === sender)) this.behind.delete(sender);
      }
      this.behind.delete(sender);
    } finally {
      this.catching.delete(sender);
    }
  }

  private caughtUp(topic: string, states: readonly PresenceState[]): void {
    const presence = this.topics.get(topic);
    if (!presence?.isSynced) return;
    this.take(topic, presence, states);
    this.onChange(topic);
  }

  private take(topic: string, presence: TopicPresence, states: readonly PresenceState[]): void {
    for (const { sender, former, topics } of states) {
      const found = topics.filter(([name]) => name === topic);
      const version = found[0]?.[1] ?? 0;
      const entries: PresenceEntry[] = found.flatMap(([, , some]) => [...some]);
      if (!this.remote.knows(sender)) {
        this.meet(sender, topic);
        continue;
      }
      if (version >= presence.versionOf(sender)) presence.apply(sender, version, entries, true);
      presence.drop(former);
    }
  }

  /** What it says counts when the roster knows it. */
  private meet(sender: string, topic: string): void {
    const known = this.strangers.get(sender);
    if (known) known.topics.add(topic);
    else if (this.strangers.size < MAX_STRANGERS) this.strangers.set(sender, { topics: new Set([topic]), heartbeats: 0 });
  }
}
