/** Tells other nodes who is here, and hears from them who is there. What was missed is noticed by versions, and asked for. */
import { channelOfTopic } from '../cluster/channels.js';
import type { ClusterLink } from '../cluster/cluster-link.js';
import type { NodeAsks } from '../cluster/node-asks.js';
import type { TopicChannels } from '../hub/topic-channels.js';
import type { NodeCounters } from '../observe/node-counters.js';
import type { PresenceEntry } from './topic-presence.js';

/** What a node has in some topics. */
export interface PresenceState {
  readonly sender: string;
  /** What the same process was called before; empty if it was not. */
  readonly former: string;
  /** By topic; those where nobody is are left out. */
  readonly topics: Readonly<Record<string, { readonly version: number; readonly entries: readonly PresenceEntry[] }>>;
}

export interface PresenceAnswers {
  readonly states: readonly PresenceState[];
  readonly missingNodes: readonly string[];
}

/** What a node tells of a topic when something changes. */
export interface PresenceMessage {
  readonly topic: string;
  readonly sender: string;
  readonly former: string;
  readonly version: number;
  /** The version before; {@link ALL} if nothing that it told before counts. */
  readonly previous: number;
  readonly entries: readonly PresenceEntry[];
}

export interface PresenceListener {
  heard(message: PresenceMessage): void;
  stateOf(topics: readonly string[]): PresenceState['topics'];
}

const PRESENCE = 'presence';

/** Of what a node has when nothing that it said before counts. */
export const ALL = -1;

export class RemotePresence {
  constructor(
    private readonly link: ClusterLink,
    private readonly asks: NodeAsks,
    private readonly channels: TopicChannels,
    private readonly counters: NodeCounters,
  ) {}

  listen(listener: PresenceListener): void {
    this.link.on(PRESENCE, ({ sender, facts: [topic, version, previous, former], text }) => {
      const entries = entriesOf(text);
      if (typeof topic !== 'string' || typeof version !== 'number' || typeof previous !== 'number' || !entries)
        this.counters.busReject('malformed');
      else listener.heard({ topic, sender, former: typeof former === 'string' ? former : '', version, previous, entries });
    });
    this.asks.on(PRESENCE, (topics): PresenceState => ({
      sender: this.link.sender,
      former: this.link.formerSender,
      topics: listener.stateOf(topics as string[]),
    }));
  }

  tell(topic: string, version: number, previous: number, entries: readonly PresenceEntry[]): void {
    // A failure is counted by the link; the others notice the hole with what comes next, and hear all of it when the broker is back.
    void this.link
      .send(channelOfTopic(topic), PRESENCE, [topic, version, previous, this.link.formerSender], JSON.stringify(entries))
      .catch(() => undefined);
  }

  /** Asks what other nodes have, when everything that they tell from now on is heard. Never rejects. @param nodes who is asked; all if left out */
  async ask(topics: readonly string[], nodes?: readonly string[]): Promise<PresenceAnswers> {
    await Promise.all(topics.map((topic) => this.channels.heard(topic)).filter((heard) => heard !== undefined));
    const { answers, missingNodes } = await this.asks.ask(PRESENCE, topics, nodes ? { nodes } : {});
    return { states: answers.map(({ answer }) => answer as PresenceState), missingNodes };
  }
}

function entriesOf(text: string): readonly PresenceEntry[] | undefined {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return undefined; // translated: whoever writes to the broker can write anything
  }
  const isEntry = (entry: unknown): boolean => Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';
  return Array.isArray(entries) && entries.every(isEntry) ? (entries as PresenceEntry[]) : undefined;
}
