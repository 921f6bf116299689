/** Who is there in the topics that keep it: exact on a node that is alone, and over all nodes as soon as they have told each other. */
import { BUILTIN_PUSHES, RpcError, encodeNotification } from 'nestjs-realtime-protocol';
import type { ClusterMember } from '../cluster/node-roster.js';
import type { LocalDelivery } from '../hub/local-delivery.js';
import type { PresenceList, PresenceSource } from '../hub/presence-list.js';
import { listOf } from '../hub/presence-list.js';
import type { MemberWatch } from '../hub/topic-index.js';
import type { Session } from '../session/session.js';
import type { ResolvedPresence } from '../topics/presence-options.js';
import { Attendance } from './attendance.js';
import { Following } from './following.js';
import type { TopicState } from './presence-texts.js';
import type { RemotePresence } from './remote-presence.js';
import { ALL } from './remote-presence.js';
import type { PresenceEntry } from './topic-presence.js';
import { TopicPresence } from './topic-presence.js';

/** Finds the rule of a topic; undefined where nobody keeps who is there. */
export type PresenceRules = (topic: string) => ResolvedPresence | undefined;

/** Topics; beyond it the others notice with what is told next. */
const MAX_UNTOLD = 10_000;

/** How late a member that does not come back may be let go, in ms. */
const SWEEP_MS = 50;

export class PresenceService implements MemberWatch, PresenceSource, ClusterMember {
  private readonly topics = new Map<string, TopicPresence>();
  private readonly changedTopics = new Set<string>();
  private readonly leaving = new Set<string>();
  /** Nodes that are gone, and until when their people may come back, in each topic. */
  private dying: { readonly sender: string; readonly topic: string; readonly untilMs: number }[] = [];
  private readonly attendance: Attendance;
  private readonly following: Following | undefined;
  /** Topics of which the others may not have heard the last word; nobody may be in them by now. */
  private readonly untold = new Set<string>();
  private version = 0;
  private sweeper: NodeJS.Timeout | undefined;

  /** @param remote absent on a node that is alone */
  constructor(
    private readonly rules: PresenceRules,
    private readonly delivery: LocalDelivery,
    onFault: (fault: unknown) => void,
    private readonly remote?: RemotePresence,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.attendance = new Attendance(onFault, (topic, key) => this.goodbye(topic, key));
    this.following = remote && new Following(remote, this.topics, (topic) => this.change(topic));
    remote?.listen({
      heard: (message) => this.following?.heard(message),
      untold: (topic) => this.untold.size < MAX_UNTOLD && this.untold.add(topic),
      stateOf: (topics) => this.stateOf(topics),
    });
  }

  /** Members that sessions of this node are, over all topics. */
  get members(): number {
    let members = 0;
    for (const topic of this.topics.values()) members += topic.own().length;
    return members;
  }

  get isWhole(): boolean {
    return this.following?.isWhole ?? true;
  }

  joined(session: Session, topic: string): void {
    const rule = this.rules(topic);
    if (!rule) return;
    const presence = this.presenceOf(topic);
    if (this.remote && !presence.isSynced) this.following?.begin(topic);
    const key = this.attendance.keyOf(rule, session);
    if (key !== undefined) presence.enter(session, key, () => this.attendance.attributesOf(rule, session));
    this.change(topic);
  }

  left(session: Session, topic: string): void {
    const presence = this.topics.get(topic);
    const rule = this.rules(topic);
    if (!presence || !rule) return;
    // Whoever unsubscribes has said goodbye; a session that ends may be on its way back.
    const mayComeBack = session.state !== 'open' && rule.graceMs > 0;
    const key = presence.leave(session, mayComeBack ? this.now() + rule.graceMs : undefined);
    if (mayComeBack && key !== undefined) {
      this.attendance.watch(session, topic, key);
      this.leaving.add(topic);
      this.sweepOn();
    }
    if (this.delivery.topics.sessionsOf(topic).size === 0) {
      presence.forgetOthers();
      this.following?.end(topic);
    }
    this.change(topic);
  }

  changed(session: Session, topic: string): void {
    const presence = this.topics.get(topic);
    const rule = this.rules(topic);
    if (!presence || !rule) return;
    const key = this.attendance.keyOf(rule, session);
    if (key === presence.keyOf(session)) return;
    presence.leave(session, undefined);
    if (key !== undefined) presence.enter(session, key, () => this.attendance.attributesOf(rule, session));
    this.change(topic);
  }

  async of(topic: string): Promise<PresenceList> {
    if (!this.rules(topic)) throw RpcError.of('NotFound', 'Nobody keeps who is there in this topic');
    const known = this.topics.get(topic);
    // Whoever listens is told of what changes after this answer, and so must be told here of what was there before.
    if (known && this.delivery.topics.sessionsOf(topic).size > 0) await this.following?.ask();
    if (!this.remote || known?.isSynced) return listOf(known?.list() ?? [], []);
    const { states, missingNodes } = await this.remote.ask([topic]);
    // Apart from what is followed: put together for this answer alone.
    const all = new TopicPresence();
    all.apply('', 0, known?.own() ?? [], true);
    for (const { sender, topics } of states) for (const [, , entries] of topics) all.apply(sender, 0, entries, false);
    return listOf(all.list(), missingNodes);
  }

  /** Of each topic, also where nobody is any more: that may be what was missed. */
  private stateOf(topics: readonly string[]): TopicState[] {
    return topics.map((topic) => {
      const presence = this.topics.get(topic);
      // What is told next has this version behind it.
      if (presence) this.tellOthers(topic, presence);
      return [topic, presence?.version || this.version, presence?.own() ?? []];
    });
  }

  /** The others know nothing of this node any more. */
  renewed(): void {
    this.tellAll();
  }

  /** The broker was away: something may have been missed, on both sides. */
  back(): void {
    this.tellAll();
    this.following?.doubt();
  }

  tick(): void {
    this.tellAgain();
    this.following?.tick();
  }

  gone(sender: string): void {
    this.following?.forget(sender);
    const nowMs = this.now();
    for (const [topic, presence] of this.topics) {
      if (presence.fade(sender)) this.dying.push({ sender, topic, untilMs: nowMs + (this.rules(topic)?.graceMs ?? 0) });
    }
    if (this.dying.length > 0) this.sweepOn();
  }

  private tellAll(): void {
    for (const topic of this.topics.keys()) this.untold.add(topic);
    this.tellAgain();
  }

  private tellAgain(): void {
    const topics = [...this.untold];
    this.untold.clear();
    for (const topic of topics) {
      const presence = this.topics.get(topic) ?? new TopicPresence();
      presence.takeUntold();
      this.tell(topic, presence, ALL, presence.own());
    }
  }

  private presenceOf(topic: string): TopicPresence {
    let presence = this.topics.get(topic);
    if (!presence) this.topics.set(topic, (presence = new TopicPresence()));
    return presence;
  }

  /** What happens in one turn is told together. */
  private change(topic: string): void {
    if (this.changedTopics.size === 0) setImmediate(() => this.flush());
    this.changedTopics.add(topic);
  }

  private flush(): void {
    const changed = [...this.changedTopics];
    this.changedTopics.clear();
    for (const topic of changed) {
      const presence = this.topics.get(topic);
      if (!presence) continue;
      this.tellOthers(topic, presence);
      if (!this.remote || presence.isSynced) this.announce(topic, presence);
      if (presence.isVacant && this.delivery.topics.sessionsOf(topic).size === 0) this.topics.delete(topic);
    }
    void this.following?.ask();
  }

  private tellOthers(topic: string, presence: TopicPresence): void {
    const entries = presence.takeUntold();
    // The first time it is everything.
    if (entries.length > 0) this.tell(topic, presence, presence.version || ALL, entries);
  }

  private tell(topic: string, presence: TopicPresence, previous: number, entries: readonly PresenceEntry[]): void {
    if (this.remote) presence.version = this.remote.tell(topic, () => ++this.version, previous, entries);
  }

  private announce(topic: string, presence: TopicPresence): void {
    const { joined, left } = presence.takeNews();
    const rule = this.rules(topic);
    if (!rule?.announce || joined.length + left.length === 0) return;
    const push = (method: string, params: object): void =>
      void this.delivery.deliver({ kind: 'topic', topic }, method, encodeNotification(method, { topic, ...params }, topic), undefined);
    if (rule.announce === 'count') {
      push(BUILTIN_PUSHES.presenceCount, { count: presence.count });
      return;
    }
    for (const member of left) push(BUILTIN_PUSHES.presenceLeft, { member });
    for (const member of joined) push(BUILTIN_PUSHES.presenceJoined, { member });
  }

  private goodbye(topic: string, key: string): void {
    this.topics.get(topic)?.farewell(key);
    this.change(topic);
  }

  private sweepOn(): void {
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  private sweep(): void {
    const nowMs = this.now();
    for (const topic of this.leaving) {
      const presence = this.topics.get(topic);
      presence?.expire(nowMs);
      if (!presence?.isLeaving) this.leaving.delete(topic);
      this.change(topic);
    }
    const over = this.dying.filter(({ untilMs }) => untilMs <= nowMs);
    if (over.length > 0) this.dying = this.dying.filter(({ untilMs }) => untilMs > nowMs);
    for (const { sender, topic } of over) {
      this.topics.get(topic)?.drop(sender);
      this.change(topic);
    }
    if (this.leaving.size > 0 || this.dying.length > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}
