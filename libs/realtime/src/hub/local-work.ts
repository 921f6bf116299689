/** What is done with many sessions of this node, in slices. */
import { BUILTIN_PUSHES, CALL_DEFAULTS, CallFailedError, Disconnect, PeerError, encodeNotification } from 'nestjs-realtime-protocol';
import type { FairTurns } from '../outbound/fair-turns.js';
import { ALL_AT_ONCE } from '../outbound/fair-turns.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import { factsOf } from '../session/session-facts.js';
import type { Session } from '../session/session.js';
import type { CallPart, ClusterCallOptions, ClusterSession, PeerFailure } from './hub-results.js';
import type { LocalDelivery } from './local-delivery.js';
import type { PushTarget } from './push-target.js';
import { stillMeans } from './push-target.js';
import type { TopicRules } from './topic-rules.js';

/** On a node that is alone nobody asks for its name. */
const ALONE = 'local';

export class LocalWork {
  constructor(
    readonly delivery: LocalDelivery,
    private readonly rules: TopicRules,
    private readonly turns: FairTurns = ALL_AT_ONCE,
    readonly nodeId: string = ALONE,
  ) {}

  subscribe(target: PushTarget, topic: string): Promise<number> {
    return this.count(target, (session) => this.delivery.topics.grant(session, topic));
  }

  unsubscribe(target: PushTarget, topic: string): Promise<number> {
    return this.count(target, (session) => this.delivery.topics.leave(session, topic));
  }

  kick(target: PushTarget, reason: string): Promise<number> {
    const notice = new SharedFrame(encodeNotification(BUILTIN_PUSHES.kicked, { reason }));
    return this.count(target, (session) => session.farewell(notice, Disconnect.Kicked));
  }

  async reauthorize(userId: string): Promise<number> {
    const reviews: Promise<readonly string[]>[] = [];
    const sessions = [...this.delivery.sessions.ofUser(userId)];
    await this.turns.each(sessions, (session) => void reviews.push(this.rules.review(session)));
    return (await Promise.all(reviews)).reduce((count, topics) => count + topics.length, 0);
  }

  /** @param limit sessions that are told of at most */
  sessions(target: PushTarget, limit: number): { readonly sessions: readonly ClusterSession[]; readonly count: number } {
    const sessions: ClusterSession[] = [];
    let count = 0;
    for (const session of this.delivery.find(target)) {
      if (count++ < limit) sessions.push({ nodeId: this.nodeId, ...factsOf(session) });
    }
    return { sessions, count };
  }

  /** Calls the peers of all sessions that the target means. @param signal takes back what has not been answered */
  async call(
    target: PushTarget,
    method: string,
    params: unknown,
    { need = 'all', timeoutMs = CALL_DEFAULTS.timeoutMs }: ClusterCallOptions,
    signal: AbortSignal,
  ): Promise<CallPart> {
    const results: { nodeId: string; sessionId: string; value: unknown }[] = [];
    const failed: PeerFailure[] = [];
    const own = new AbortController();
    const enough = AbortSignal.any([signal, own.signal]);
    const asked: Promise<void>[] = [];
    await this.turns.each(this.find(target), (session) => {
      if (enough.aborted || !stillMeans(target, session)) return;
      const { id: sessionId } = session;
      const answered = session.call(method, params, { timeoutMs, signal: enough }).then(
        (value) => {
          // Answers that came in the same moment as the first are not needed.
          if (need === 'first' && results.length > 0) return;
          results.push({ nodeId: this.nodeId, sessionId, value });
          if (need === 'first') own.abort();
        },
        (fault: unknown) => {
          if (!enough.aborted) failed.push({ nodeId: this.nodeId, sessionId, ...failureOf(fault) });
        },
      );
      asked.push(answered);
    });
    await Promise.all(asked);
    return { results, failed };
  }

  private find(target: PushTarget): Session[] {
    return [...this.delivery.find(target)];
  }

  /** Does something with each session that the target means now and still means when its turn comes. @returns how many of them it was done with */
  private async count(target: PushTarget, act: (session: Session) => boolean): Promise<number> {
    let done = 0;
    await this.turns.each(this.find(target), (session) => {
      if (stillMeans(target, session) && act(session)) done++;
    });
    return done;
  }
}

/** @throws what is no failure of a peer: params that JSON cannot carry, a method without a name */
function failureOf(fault: unknown): Pick<PeerFailure, 'code' | 'message'> {
  if (fault instanceof PeerError || fault instanceof CallFailedError) return { code: fault.code, message: fault.message };
  const code = (fault as { code?: unknown } | null)?.code;
  if (fault instanceof Error && typeof code === 'string') return { code, message: fault.message };
  throw fault;
}
