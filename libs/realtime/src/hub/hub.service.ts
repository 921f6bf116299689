/** The way to all sessions: look them up, push to them, put them into topics, send them away. On a node that is one of many, also those of the others. */
import { CALL_DEFAULTS, RpcError, encodeNotification } from 'nestjs-realtime-protocol';
import { ClusterBusError } from '../cluster/cluster-bus-error.js';
import { NodeStatistics } from '../observe/node-statistics.js';
import type { TrafficStats } from '../observe/node-statistics.js';
import { Observers } from '../observe/observers.js';
import type { RealtimeObserver } from '../observe/realtime-observer.js';
import type { Session } from '../session/session.js';
import type { ClusterHub } from './cluster-hub.js';
import { callResultOf, statsOf } from './cluster-sums.js';
import type {
  CallPart,
  ClusterCallOptions,
  ClusterCallResult,
  ClusterCount,
  ClusterSessions,
  ClusterStats,
  NodeCounts,
  PushReceipt,
} from './hub-results.js';
import type { LocalDelivery } from './local-delivery.js';
import { LocalWork } from './local-work.js';
import type { PresenceList, PresenceSource } from './presence-list.js';
import type { PushOptions, PushTarget } from './push-target.js';
import { exceptedIds } from './push-target.js';
import type { SessionCounts } from './session-registry.js';
import type { TopicRules } from './topic-rules.js';

/** What this node has and what passed it since it started. */
export interface HubStats extends SessionCounts, TrafficStats {}

/** Sessions of each node that are told of, if nobody says how many. */
const MAX_TOLD = 1_000;

/**
 * Injectable where `RealtimeModule` is imported, everywhere with `isGlobal`. A push is delivered at most once, in order for each session and
 * publisher. What speaks of all nodes names those that did not answer in `missingNodes`.
 */
export class HubService {
  /** @param cluster absent on a node that is alone */
  constructor(
    private readonly delivery: LocalDelivery,
    private readonly rules: TopicRules,
    private readonly observers: Observers = new Observers(() => undefined),
    private readonly statistics: NodeStatistics = new NodeStatistics(),
    private readonly work: LocalWork = new LocalWork(delivery, rules),
    private readonly cluster?: ClusterHub,
    private readonly presences?: PresenceSource,
  ) {}

  /** The open session of this node with this id. */
  session(id: string): Session | undefined {
    return this.delivery.sessions.get(id);
  }

  /** The open sessions of this node that a target means, as they are now. */
  find(target: PushTarget): Session[] {
    return [...this.delivery.find(target)];
  }

  /** The open sessions of a user on this node, on all platforms or on one. */
  sessionsOfUser(userId: string, platform?: string): Session[] {
    return [...this.delivery.sessions.ofUser(userId, platform)];
  }

  /** The sessions of this node that listen to a topic. */
  sessionsOfTopic(topic: string): Session[] {
    return [...this.delivery.topics.sessionsOf(topic)];
  }

  /**
   * Sends a notification. The params may be a `RawJson` that was encoded beforehand. The sessions of this node have it in their queues before this
   * returns; the promise resolves when the broker of the cluster has taken it as well.
   * @throws {TypeError} if the method has no name, if the params are not an object, an array or absent, or if JSON cannot carry them
   * @throws {ClusterBusError} if the other nodes were not told, or if nobody can say; a push that nobody waits for is only counted
   */
  push(target: PushTarget, method: string, params?: unknown, options?: PushOptions): Promise<PushReceipt> {
    try {
      return this.pushed(target, method, params, options);
    } catch (fault) {
      // Translated: whoever pushes awaits. It is thrown as it was.
      const thrown = fault as Error;
      return Promise.reject(thrown);
    }
  }

  /** To all sessions that listen to a topic. */
  pushToTopic(topic: string, method: string, params?: unknown, options?: PushOptions): Promise<PushReceipt> {
    return this.push({ kind: 'topic', topic }, method, params, options);
  }

  /** To all sessions of a user. */
  pushToUser(
    userId: string,
    method: string,
    params?: unknown,
    options?: PushOptions & { readonly platform?: string },
  ): Promise<PushReceipt> {
    const platform = options?.platform;
    return this.push({ kind: 'user', userId, ...(platform === undefined ? {} : { platform }) }, method, params, options);
  }

  /** To one session, on whichever node it is. */
  pushToSession(sessionId: string, method: string, params?: unknown): Promise<PushReceipt> {
    return this.push({ kind: 'session', sessionId }, method, params);
  }

  /** To every session, signed in or not. */
  broadcast(method: string, params?: unknown, options?: PushOptions): Promise<PushReceipt> {
    return this.push({ kind: 'all' }, method, params, options);
  }

  /**
   * Lets sessions listen to a topic; the topic's policies are not asked, the server decides here, until it or the peer unsubscribes.
   * As many of this node as fit into `fairness.sliceMs` have joined before this returns, all of them when the promise resolves.
   * @returns how many sessions joined that did not listen before
   * @throws {RpcError} InvalidParams for a name that no topic can have
   */
  async subscribe(target: PushTarget, topic: string): Promise<ClusterCount> {
    this.rules.checkName(topic);
    const joined = await this.total(this.work.subscribe(target, topic), () => this.cluster?.work.subscribe(target, topic));
    await this.cluster?.topics.heard(topic);
    return joined;
  }

  /** In slices as {@link subscribe}. @returns how many sessions left the topic */
  unsubscribe(target: PushTarget, topic: string): Promise<ClusterCount> {
    return this.total(this.work.unsubscribe(target, topic), () => this.cluster?.work.unsubscribe(target, topic));
  }

  /**
   * Ends sessions for good: each gets `session.kicked { reason }`, then close code 4500, which tells clients not to come back. As many of this node as
   * fit into `fairness.sliceMs` are gone before this returns, all of them when the promise resolves.
   * @returns how many sessions were sent away
   */
  async kick(target: PushTarget, reason: string): Promise<ClusterCount> {
    return this.total(this.work.kick(target, reason), () => this.cluster?.work.kick(target, reason));
  }

  /**
   * The rights of a user have changed: the policies of all topics that the user's sessions listen to are asked again, and what is no
   * longer allowed is left. Topics that sessions are in by {@link subscribe} stay. The peers are not told. Asking begins in slices of
   * `fairness.sliceMs`.
   * @returns how many topics were left, counted for each session
   */
  reauthorize(userId: string): Promise<ClusterCount> {
    return this.total(this.work.reauthorize(userId), () => this.cluster?.work.reauthorize(userId));
  }

  /**
   * Calls a method of the peers that a target means, on whichever nodes they are.
   * @throws {TypeError} as {@link push}; what peers answer or fail with stands in the result
   */
  async call(target: PushTarget, method: string, params?: unknown, options: ClusterCallOptions = {}): Promise<ClusterCallResult> {
    const complete = { need: 'all', timeoutMs: CALL_DEFAULTS.timeoutMs, ...options } as const;
    // As peers will read them: what JSON cannot carry is refused here, before anybody is asked.
    const plain = (JSON.parse(encodeNotification(method, params)) as { readonly params?: unknown }).params;
    const enough = new AbortController();
    const here = this.work.call(target, method, plain, complete, enough.signal);
    const there = this.cluster?.work.call(target, method, plain, complete, enough.signal);
    if (complete.need === 'first') {
      const look = (parts: readonly CallPart[]): void => {
        if (parts.some(({ results }) => results.length > 0)) enough.abort();
      };
      void here.then(
        (own) => look([own]),
        () => undefined,
      );
      void there?.then(({ answers }) => look(answers));
    }
    const [own, others = NOBODY_ELSE] = await Promise.all([here, there]);
    return callResultOf([own, ...others.answers], others.missingNodes, complete.need);
  }

  /** Whether the user has an open session on some node. Nodes that cannot be asked count as having none. */
  async isOnline(userId: string): Promise<boolean> {
    for (const _session of this.delivery.sessions.ofUser(userId)) return true;
    const answers = (await this.cluster?.work.online(userId))?.answers ?? [];
    return answers.some(({ count }) => count > 0);
  }

  /** Who is there in a topic, over all nodes. @throws {RpcError} NotFound if its option `presence` is off */
  async presence(topic: string): Promise<PresenceList> {
    this.rules.checkName(topic);
    if (!this.presences) throw RpcError.of('NotFound', 'Nobody keeps who is there in this topic');
    return this.presences.of(topic);
  }

  /** The open sessions of all nodes that a target means, as facts. @param limit sessions of each node that are told of at most */
  async sessions(target: PushTarget = { kind: 'all' }, { limit = MAX_TOLD }: { readonly limit?: number } = {}): Promise<ClusterSessions> {
    const own = this.work.sessions(target, limit);
    const { answers, missingNodes } = (await this.cluster?.work.sessions(target, limit)) ?? NOBODY_ELSE;
    const all = [own, ...answers];
    return {
      sessions: all.flatMap(({ sessions }) => sessions),
      count: all.reduce((sum, { count }) => sum + count, 0),
      missingNodes,
    };
  }

  /** What each node has at the moment. */
  async clusterStats(): Promise<ClusterStats> {
    const own: NodeCounts = { nodeId: this.work.nodeId, ...this.delivery.sessions.stats() };
    const { answers, missingNodes } = (await this.cluster?.work.stats()) ?? NOBODY_ELSE;
    return statsOf([own, ...answers], missingNodes);
  }

  /** What this node has at the moment, and what passed it since it started. */
  stats(): HubStats {
    return { ...this.delivery.sessions.stats(), ...this.statistics.read() };
  }

  /** Lets an observer hear what happens on this node from now on. @returns takes it out again; may be called twice */
  observe(observer: RealtimeObserver): () => void {
    return this.observers.add(observer);
  }

  /** Nothing waits between the decision and the queues of this node. */
  private pushed(target: PushTarget, method: string, params: unknown, options: PushOptions | undefined): Promise<PushReceipt> {
    const topic = target.kind === 'topic' ? target.topic : undefined;
    const text = encodeNotification(method, params, topic);
    const except = exceptedIds(options);
    const rule = this.rules.slowRuleOf(topic, method, params);
    const reached = this.delivery.deliver(target, method, text, except, rule);
    // There is one session with an id.
    if (!this.cluster || (target.kind === 'session' && reached > 0)) return Promise.resolve({ reached });
    const receipt = this.cluster.pushes.send(target, method, text, except, rule).then(
      () => ({ reached }),
      (fault: unknown) => {
        throw fault instanceof ClusterBusError ? fault.withReached(reached) : fault;
      },
    );
    // Counted already: an app that does not wait for its receipts must not end when the broker does.
    receipt.catch(() => undefined);
    return receipt;
  }

  /** Adds up what was done here and what the other nodes did. */
  private async total(
    here: Promise<number>,
    there: () => Promise<{ readonly answers: readonly number[]; readonly missingNodes: readonly string[] }> | undefined,
  ): Promise<ClusterCount> {
    const [own, others = NOBODY_ELSE] = await Promise.all([here, there()]);
    return { count: others.answers.reduce((sum, count) => sum + count, own), missingNodes: others.missingNodes };
  }
}

const NOBODY_ELSE = Object.freeze({ answers: Object.freeze([]), missingNodes: Object.freeze([]) });
