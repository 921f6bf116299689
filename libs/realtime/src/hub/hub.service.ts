/** The way to all sessions: look them up, push to them, put them into topics, send them away. */
import { BUILTIN_PUSHES, Disconnect, encodeNotification } from 'nestjs-realtime-protocol';
import { NodeStatistics } from '../observe/node-statistics.js';
import type { TrafficStats } from '../observe/node-statistics.js';
import { Observers } from '../observe/observers.js';
import type { RealtimeObserver } from '../observe/realtime-observer.js';
import type { FairTurns } from '../outbound/fair-turns.js';
import { ALL_AT_ONCE } from '../outbound/fair-turns.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { Session } from '../session/session.js';
import type { LocalDelivery } from './local-delivery.js';
import type { PushOptions, PushTarget } from './push-target.js';
import { exceptedIds, stillMeans } from './push-target.js';
import type { SessionCounts } from './session-registry.js';
import type { TopicRules } from './topic-rules.js';

/** What this node has and what passed it since it started. */
export interface HubStats extends SessionCounts, TrafficStats {}

/**
 * Injectable where `RealtimeModule` is imported, everywhere with `isGlobal`. A push says how many sessions of this node took it; it
 * promises no more than that: at most once, in order for each session and publisher.
 */
export class HubService {
  constructor(
    private readonly delivery: LocalDelivery,
    private readonly rules: TopicRules,
    private readonly observers: Observers = new Observers(() => undefined),
    private readonly statistics: NodeStatistics = new NodeStatistics(),
    private readonly turns: FairTurns = ALL_AT_ONCE,
  ) {}

  /** The open session with this id. */
  session(id: string): Session | undefined {
    return this.delivery.sessions.get(id);
  }

  /** The open sessions that a target means, as they are now. */
  find(target: PushTarget): Session[] {
    return [...this.delivery.find(target)];
  }

  /** The open sessions of a user, on all platforms or on one. */
  sessionsOfUser(userId: string, platform?: string): Session[] {
    return [...this.delivery.sessions.ofUser(userId, platform)];
  }

  /** The sessions that listen to a topic. */
  sessionsOfTopic(topic: string): Session[] {
    return [...this.delivery.topics.sessionsOf(topic)];
  }

  /**
   * Sends a notification. The params may be a `RawJson` that was encoded beforehand.
   * @returns how many sessions of this node took it
   * @throws {TypeError} if the method has no name, if the params are not an object, an array or absent, or if JSON cannot carry them
   */
  // Async because the way to other nodes is; the sessions of this node have the push before this returns.
  async push(target: PushTarget, method: string, params?: unknown, options?: PushOptions): Promise<number> {
    const topic = target.kind === 'topic' ? target.topic : undefined;
    const text = encodeNotification(method, params, topic);
    return this.delivery.deliver(target, method, text, exceptedIds(options), this.rules.slowRuleOf(topic, method, params));
  }

  /** To all sessions that listen to a topic. */
  pushToTopic(topic: string, method: string, params?: unknown, options?: PushOptions): Promise<number> {
    return this.push({ kind: 'topic', topic }, method, params, options);
  }

  /** To all sessions of a user. */
  pushToUser(userId: string, method: string, params?: unknown, options?: PushOptions & { readonly platform?: string }): Promise<number> {
    const platform = options?.platform;
    return this.push({ kind: 'user', userId, ...(platform === undefined ? {} : { platform }) }, method, params, options);
  }

  /** To one session; 0 if it is not open. */
  pushToSession(sessionId: string, method: string, params?: unknown): Promise<number> {
    return this.push({ kind: 'session', sessionId }, method, params);
  }

  /** To every session of this node, signed in or not. */
  broadcast(method: string, params?: unknown, options?: PushOptions): Promise<number> {
    return this.push({ kind: 'all' }, method, params, options);
  }

  /**
   * Lets sessions listen to a topic; the topic's policies are not asked, the server decides here, until it or the peer unsubscribes.
   * As many as fit into `fairness.sliceMs` have joined before this returns, all of them when the promise resolves.
   * @returns how many sessions joined that did not listen before
   * @throws {RpcError} InvalidParams for a name that no topic can have
   */
  async subscribe(target: PushTarget, topic: string): Promise<number> {
    this.rules.checkName(topic);
    return this.count(target, (session) => this.delivery.topics.grant(session, topic));
  }

  /** In slices as {@link subscribe}. @returns how many sessions left the topic */
  unsubscribe(target: PushTarget, topic: string): Promise<number> {
    return this.count(target, (session) => this.delivery.topics.leave(session, topic));
  }

  /**
   * Ends sessions for good: each gets `session.kicked { reason }`, then close code 4500, which tells clients not to come back. As many as
   * fit into `fairness.sliceMs` are gone before this returns, all of them when the promise resolves.
   * @returns how many sessions of this node were sent away
   */
  async kick(target: PushTarget, reason: string): Promise<number> {
    const notice = new SharedFrame(encodeNotification(BUILTIN_PUSHES.kicked, { reason }));
    return this.count(target, (session) => session.farewell(notice, Disconnect.Kicked));
  }

  /**
   * The rights of a user have changed: the policies of all topics that the user's sessions listen to are asked again, and what is no
   * longer allowed is left. Topics that sessions are in by {@link subscribe} stay. The peers are not told. Asking begins in slices of
   * `fairness.sliceMs`.
   * @returns how many topics were left, counted for each session
   */
  async reauthorize(userId: string): Promise<number> {
    const reviews: Promise<readonly string[]>[] = [];
    await this.turns.each(this.sessionsOfUser(userId), (session) => void reviews.push(this.rules.review(session)));
    return (await Promise.all(reviews)).reduce((count, topics) => count + topics.length, 0);
  }

  /** Does something with each session that the target means now and still means when its turn comes. @returns how many of them it was done with */
  private async count(target: PushTarget, act: (session: Session) => boolean): Promise<number> {
    let done = 0;
    await this.turns.each(this.find(target), (session) => {
      if (stillMeans(target, session) && act(session)) done++;
    });
    return done;
  }

  /** What this node has at the moment, and what passed it since it started. */
  stats(): HubStats {
    return { ...this.delivery.sessions.stats(), ...this.statistics.read() };
  }

  /** Lets an observer hear what happens on this node from now on. @returns takes it out again; may be called twice */
  observe(observer: RealtimeObserver): () => void {
    return this.observers.add(observer);
  }
}
