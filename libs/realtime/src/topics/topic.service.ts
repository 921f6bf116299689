/** Lets sessions join and leave topics on their own wish: names, limits and policies are looked at first. */
import { RpcError } from 'nestjs-realtime-protocol';
import type { TopicChannels } from '../hub/topic-channels.js';
import type { TopicIndex } from '../hub/topic-index.js';
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { CallAbortedError } from '../rpc/rpc-call.js';
import type { Principal } from '../session/principal.js';
import { isExpired } from '../session/principal.js';
import type { Session } from '../session/session.js';
import { topicNameFault } from './topic-name.js';
import type { TopicPolicies } from './topic-policies.js';
import type { RejectedTopic } from './topic-refusals.js';
import { TopicPolicyError } from './topic-policy-error.js';
import { TopicRefusals } from './topic-refusals.js';
import { FirstStates } from './first-states.js';

export interface TopicLimits {
  /** Topics that one session may listen to. @default 128 */
  readonly topicsPerSession?: number;
  /** Sessions of this node that may listen to one topic by their own wish; 0 is no limit. @default 0 */
  readonly sessionsPerTopic?: number;
  /** Longest name of a topic, in bytes of UTF-8. @default 255 */
  readonly topicNameBytes?: number;
}

export const TOPIC_LIMIT_DEFAULTS = Object.freeze({
  topicsPerSession: 128,
  sessionsPerTopic: 0,
  topicNameBytes: 255,
}) satisfies Required<TopicLimits>;

export interface SubscribeResult {
  /** The topics that the session listens to now, each once, in the order in which they were asked for. */
  readonly subscribed: readonly string[];
  /** The topics that were refused; absent if there were none. Where a policy failed, `data.errorId` leads to its line in the log. */
  readonly rejected?: readonly RejectedTopic[];
  /** The state of each topic that a `@TopicSnapshot()` speaks of, as it was when the session joined; absent if there is none. */
  readonly snapshots?: Readonly<Record<string, unknown>>;
}

/** What the policies said of the topics of one call. */
interface Judgement {
  readonly subscribed: readonly string[];
  /** Whom they have judged. */
  readonly principal: Principal | null;
  readonly refusals: TopicRefusals;
}

/** How often policies are asked anew because the session signed in meanwhile. */
const MAX_SIGN_INS = 3;

export class TopicService {
  constructor(
    private readonly topics: TopicIndex,
    private readonly policies: TopicPolicies,
    private readonly limits: Required<TopicLimits>,
    private readonly observers: Observers = NO_OBSERVERS,
    private readonly firstStates: FirstStates = new FirstStates(),
    private readonly channels?: TopicChannels,
  ) {}

  /**
   * Joins when the reply is queued and not before: the reply is on the wire before the first push that the subscription causes.
   * @throws {RpcError} the first refusal, if every topic is refused; Unauthorized once the sign-in has run out, whatever the policies say
   */
  async subscribe(call: RpcCall, wanted: readonly string[]): Promise<SubscribeResult> {
    const { session } = call;
    checkSignIn(session.principal);
    const asked = new Set(wanted);
    const forget = this.topics.ask(session, asked);
    // However the call ends, also if something else that settles with its reply refuses.
    call.onEnd(forget);
    let judged = await this.judge(call, asked);
    // Somebody who signed in anew may have other rights: what the former ones allowed says nothing. Nobody does so without end.
    for (let again = 0; again < MAX_SIGN_INS && this.topics.asks(session, asked) && isAnew(session, judged.principal); again++)
      judged = await this.judge(call, asked);
    const { subscribed, principal, refusals } = judged;
    if (refusals.any && subscribed.length === 0) throw refusals.failure;
    if (this.channels) await this.hear(call, this.channels, subscribed);
    const result: Writable<SubscribeResult> = { subscribed, ...(refusals.any ? { rejected: refusals.rejected } : {}) };
    call.beforeReply(() => {
      // The policies have judged who sat there at that moment; if somebody else does now, or did meanwhile, or with other rights, nothing was granted.
      const isSame = session.principal === principal && this.topics.asks(session, asked);
      forget();
      if (!isSame) throw RpcError.of('Conflict', 'The session signed in or out while its subscription was being checked');
      // The end may have come while policies were asked.
      checkSignIn(session.principal);
      // What was left again meanwhile is not joined any more: the last word of the session counts.
      const wished = subscribed.filter((topic) => asked.has(topic));
      const refuse = (topic: string, thrown: unknown): void => refusals.add(topic, thrown);
      const states = this.firstStates.of(session, wished, refuse);
      const ready = wished.filter((topic) => states.has(topic));
      result.subscribed = this.join(call, ready);
      // Others took the last places while the policies were asked.
      for (const topic of ready) if (!result.subscribed.includes(topic)) refuse(topic, this.crowded());
      if (refusals.any && result.subscribed.length === 0) throw refusals.failure;
      const snapshots = result.subscribed.flatMap((topic) => {
        const state = states.get(topic);
        return state ? [[topic, state.value] as const] : [];
      });
      if (snapshots.length > 0) result.snapshots = Object.fromEntries(snapshots);
      if (refusals.any) result.rejected = refusals.rejected;
    });
    return result;
  }

  /** @throws {RpcError} what `subscribe` would be refused with by the name of the topic and its policies */
  async mayListen(call: RpcCall, topic: string): Promise<void> {
    checkSignIn(call.session.principal);
    this.checkName(topic);
    try {
      await this.policies.check(call.session, topic, call);
    } catch (thrown) {
      throw thrown instanceof TopicPolicyError ? thrown.thrown : thrown;
    }
  }

  /** Asks the policies about each topic, for whoever the session is now. */
  private async judge(call: RpcCall, asked: ReadonlySet<string>): Promise<Judgement> {
    const { session } = call;
    const { principal } = session;
    checkSignIn(principal);
    const refusals = new TopicRefusals(call, this.observers, principal?.userId);
    const subscribed: string[] = [];
    let fresh = 0;
    for (const topic of [...asked]) {
      // Nobody waits any more: the remaining policies need not be asked.
      if (call.abortReason) throw new CallAbortedError(call.abortReason);
      const isNew = !session.topics.has(topic);
      try {
        this.checkName(topic);
        // Refused ones count too, so that one call cannot ask the policies without end.
        if (isNew && session.topics.size + fresh >= this.limits.topicsPerSession) throw this.tooMany();
        if (isNew) fresh++;
        await this.policies.check(session, topic, call);
        // Only now: how many listen to a topic is not for those who may not.
        if (isNew && this.isCrowded(topic)) throw this.crowded();
        subscribed.push(topic);
      } catch (thrown) {
        // What came of the call being given up says nothing about the topic.
        if (call.abortReason) throw thrown instanceof TopicPolicyError ? thrown.thrown : thrown;
        // Translated: one refused topic must not cost the others.
        refusals.add(topic, thrown);
        // It was allowed once and is not any more, as when rights are looked at again. What the server chose stays.
        if (!isNew && session.principal === principal && !this.topics.isGranted(session, topic)) this.topics.leave(session, topic);
      }
    }
    return { subscribed, principal, refusals };
  }

  /** Pushes of other nodes come in before the peer is told that it listens. */
  private async hear(call: RpcCall, channels: TopicChannels, topics: readonly string[]): Promise<void> {
    const { heard, release } = channels.hold(topics);
    // By then the session has joined, or will not.
    call.onEnd(release);
    if (heard) await heard;
  }

  /** Leaves topics; those that were not listened to are named all the same. */
  unsubscribe(call: RpcCall, topics: readonly string[]): string[] {
    const names = [...new Set(topics)];
    for (const topic of names) this.topics.leave(call.session, topic);
    return names;
  }

  /** @returns the topics that the session listens to now */
  private join(call: RpcCall, topics: readonly string[]): readonly string[] {
    const { session } = call;
    const missing = topics.filter((topic) => !session.topics.has(topic));
    // Counted again: subscriptions that were checked at the same time share the limit.
    if (session.topics.size + missing.length > this.limits.topicsPerSession) throw this.tooMany();
    const crowded = missing.filter((topic) => this.isCrowded(topic));
    const joined = missing.filter((topic) => !crowded.includes(topic));
    for (const topic of joined) this.topics.join(session, topic);
    // With its snapshots the answer may be more than can be sent: who is told of a failure must not listen.
    call.onEnd((outcome) => {
      if (outcome !== 'ok') for (const topic of joined) this.topics.leave(session, topic);
    });
    return crowded.length === 0 ? topics : topics.filter((topic) => !crowded.includes(topic));
  }

  private isCrowded(topic: string): boolean {
    const { sessionsPerTopic } = this.limits;
    return sessionsPerTopic > 0 && this.topics.sessionsOf(topic).size >= sessionsPerTopic;
  }

  private checkName(topic: string): void {
    const fault = topicNameFault(topic, this.limits.topicNameBytes);
    if (fault !== undefined) throw RpcError.of('InvalidParams', fault);
  }

  private tooMany(): RpcError {
    const { topicsPerSession } = this.limits;
    return RpcError.of('PermissionDenied', `A session may listen to at most ${topicsPerSession} topics`, { maxTopics: topicsPerSession });
  }

  private crowded(): RpcError {
    const { sessionsPerTopic } = this.limits;
    return RpcError.of('ServiceUnavailable', `A topic may have at most ${sessionsPerTopic} sessions`, { maxSessions: sessionsPerTopic });
  }
}

/** The same user has signed in anew since. */
function isAnew({ principal }: Session, judged: Principal | null): boolean {
  return principal !== judged && principal !== null && principal.userId === judged?.userId;
}

/** Whoever has never signed in is for the policies to judge; whose sign-in has run out joins nothing. */
function checkSignIn(principal: Principal | null): void {
  if (principal && isExpired(principal)) throw RpcError.of('Unauthorized', 'The sign-in has run out');
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };
