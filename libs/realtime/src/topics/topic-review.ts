/** Asks the topic policies again about topics that a session listens to: what was granted may have been taken back. */
import { RpcError } from 'nestjs-realtime-protocol';
import { withinTime } from '../auth/time-limit.js';
import type { TopicIndex } from '../hub/topic-index.js';
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import { CallAbortedError, RpcCall } from '../rpc/rpc-call.js';
import type { Session } from '../session/session.js';
import { PolicyFaults } from './policy-faults.js';
import type { TopicPolicies } from './topic-policies.js';

/** What the log and policies find where the name of a method stands. */
const REVIEW = 'reauthorize';

export class TopicReview {
  constructor(
    private readonly topics: TopicIndex,
    private readonly policies: TopicPolicies,
    /** How long a policy may take; one that takes longer grants nothing. */
    private readonly timeoutMs: number,
    private readonly observers: Observers = NO_OBSERVERS,
  ) {}

  /**
   * In a call of its own: whoever takes back the call that led here, as `refresh`, must not make refusals of it. Subscriptions that are still being
   * checked are asked about as well. Topics that the server itself chose for the session stay.
   * @returns the topics that the session has left; never rejects
   */
  async ofSession(session: Session): Promise<readonly string[]> {
    const call = new RpcCall(session, REVIEW, undefined, undefined, undefined);
    // A policy that never answers must not be waited for by a session that is gone.
    const stop = session.onClose(() => call.abort('disconnected'));
    try {
      return await this.inCall(call);
    } finally {
      stop();
    }
  }

  private async inCall(call: RpcCall): Promise<readonly string[]> {
    const { session } = call;
    const userId = session.principal?.userId;
    const judged = [...new Set([...session.topics, ...this.topics.askedBy(session)])].filter(
      (topic) => !this.topics.isGranted(session, topic),
    );
    const faults = new PolicyFaults(call, this.observers, undefined);
    const refused = await Promise.all(judged.map((topic) => this.isRefused(call, topic, faults)));
    // Whoever sits there by now has topics of his own.
    if (session.principal?.userId !== userId) return [];
    return judged.filter((topic, index) => refused[index] && this.topics.leave(session, topic));
  }

  private async isRefused(call: RpcCall, topic: string, faults: PolicyFaults): Promise<boolean> {
    let forget = (): void => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      forget = call.onAbort((reason) => reject(new CallAbortedError(reason)));
    });
    try {
      const judged = Promise.race([this.policies.check(call.session, topic, call), aborted]);
      await withinTime(judged, this.timeoutMs, () => RpcError.of('Timeout', 'The policy of the topic did not answer in time'));
      return false;
    } catch (thrown) {
      // Translated: a policy that fails grants nothing; the log and the observers hear of it.
      if (!call.abortReason) faults.refusedWith(thrown);
      return true;
    } finally {
      forget();
    }
  }
}
