/** Tells other nodes who is here, and hears from them who is there. What was missed is noticed by versions, and asked for. */
import { channelOfNode, channelOfTopic } from '../cluster/channels.js';
import type { ClusterLink } from '../cluster/cluster-link.js';
import type { NodeAsks } from '../cluster/node-asks.js';
import { nodeOf } from '../cluster/session-directory.js';
import type { TopicChannels } from '../hub/topic-channels.js';
import type { NodeCounters } from '../observe/node-counters.js';
import type { TopicState } from './presence-texts.js';
import { entriesOf, partsOf, slicesOf, statesOf } from './presence-texts.js';
import type { PresenceEntry } from './topic-presence.js';

/** What a node has in the topics that it was asked about; those where nobody is are left out. */
export interface PresenceState {
  readonly sender: string;
  /** What the same process was called before it lost its lease; empty if it has not. */
  readonly former: string;
  readonly topics: readonly TopicState[];
}

export interface PresenceAnswers {
  readonly states: readonly PresenceState[];
  readonly missingNodes: readonly string[];
}

/** What a node tells of a topic when something changes. */
export interface PresenceMessage {
  readonly topic: string;
  readonly sender: string;
  /** As in {@link PresenceState}. */
  readonly former: string;
  readonly version: number;
  /** The version before; {@link ALL} if nothing that it told before counts. */
  readonly previous: number;
  readonly entries: readonly PresenceEntry[];
}

export interface PresenceListener {
  heard(message: PresenceMessage): void;
  /** Nobody can say whether the others have heard what was told last of the topic. */
  untold(topic: string): void;
  stateOf(topics: readonly string[]): readonly TopicState[];
}

const PRESENCE = 'presence';
/** Carries a part of an answer: a broker takes no text of any length. */
const PART = 'presence.part';

/** Of what a node has when nothing that it said before counts. */
export const ALL = -1;

export class RemotePresence {
  /** By question: what has come in of the answers, by sender. */
  private readonly parts = new Map<number, Map<string, TopicState[][]>>();
  private lastQuestion = 0;
  private onUntold: (topic: string) => void = () => undefined;

  constructor(
    private readonly link: ClusterLink,
    private readonly asks: NodeAsks,
    private readonly channels: TopicChannels,
    private readonly counters: NodeCounters,
    /** Whether a node is alive, in the generation that speaks. */
    readonly knows: (sender: string) => boolean,
  ) {}

  listen(listener: PresenceListener): void {
    this.onUntold = (topic) => listener.untold(topic);
    this.link.on(PRESENCE, ({ sender, facts: [topic, version, previous, former], text }) => {
      const entries = entriesOf(text);
      if (typeof topic !== 'string' || !Number.isSafeInteger(version) || !Number.isSafeInteger(previous) || !entries)
        this.counters.busReject('malformed');
      else listener.heard({ topic, sender, former: wordOf(former), version: version as number, previous: previous as number, entries });
    });
    this.link.on(PART, ({ sender, facts: [question], text }) => this.keep(sender, question, text));
    this.asks.on(PRESENCE, (params) => this.answer(params, listener));
  }

  /** @param nextVersion of each piece of what is told @returns the last */
  tell(topic: string, nextVersion: () => number, previous: number, entries: readonly PresenceEntry[]): number {
    let before = previous;
    const onFault = (): void => this.onUntold(topic);
    for (const slice of slicesOf(entries)) {
      const version = nextVersion();
      // A failure is counted by the link, and all of it is told with the next heartbeat.
      void this.link
        .send(channelOfTopic(topic), PRESENCE, [topic, version, before, this.link.formerSender], JSON.stringify(slice))
        .catch(onFault);
      before = version;
    }
    return before;
  }

  /** Asks what other nodes have, when everything that they tell from now on is heard. Never rejects. @param nodes who is asked; all if left out */
  async ask(topics: readonly string[], nodes?: readonly string[]): Promise<PresenceAnswers> {
    await Promise.all(topics.map((topic) => this.channels.heard(topic)).filter((heard) => heard !== undefined));
    const question = ++this.lastQuestion;
    const parts = new Map<string, TopicState[][]>();
    this.parts.set(question, parts);
    const { answers, missingNodes } = await this.asks.ask(PRESENCE, [question, nodeOf(this.link.sender), topics], nodes ? { nodes } : {});
    this.parts.delete(question);
    const states: PresenceState[] = [];
    const incomplete: string[] = [];
    for (const { nodeId, answer } of answers) {
      const [sender, count, former] = Array.isArray(answer) ? (answer as unknown[]) : [];
      const come = (typeof sender === 'string' && parts.get(sender)) || [];
      if (typeof sender === 'string' && nodeOf(sender) === nodeId && come.length === count)
        states.push({ sender, former: wordOf(former), topics: come.flat() });
      else incomplete.push(nodeId);
    }
    return { states, missingNodes: [...missingNodes, ...incomplete] };
  }

  /** The parts leave before the answer, and so arrive before it. @returns who answers, and in how many parts */
  private answer(params: unknown, listener: PresenceListener): [sender: string, parts: number, former: string] {
    const [question, asker, topics] = Array.isArray(params) ? (params as unknown[]) : [];
    if (typeof question !== 'number' || typeof asker !== 'string' || !Array.isArray(topics))
      throw new TypeError('A question about nothing');
    const parts = partsOf(listener.stateOf(topics.filter((topic) => typeof topic === 'string')));
    // A failure is counted by the link; the asker notices that a part is missing.
    for (const part of parts) void this.link.send(channelOfNode(asker), PART, [question], JSON.stringify(part)).catch(() => undefined);
    return [this.link.sender, parts.length, this.link.formerSender];
  }

  private keep(sender: string, question: unknown, text: string): void {
    // Too late, or not asked.
    const parts = this.parts.get(question as number);
    if (!parts || !this.knows(sender)) return;
    const states = statesOf(text);
    if (!states) this.counters.busReject('malformed');
    else if (parts.has(sender)) parts.get(sender)?.push(states);
    else parts.set(sender, [states]);
  }
}

function wordOf(fact: unknown): string {
  return typeof fact === 'string' ? fact : '';
}

/** For a node on which no topic keeps who is there: it says so, and nobody has to wait for it. */
export function haveNobody(link: ClusterLink, asks: NodeAsks): void {
  link.on(PRESENCE, () => undefined);
  asks.on(PRESENCE, () => [link.sender, 0]);
}
