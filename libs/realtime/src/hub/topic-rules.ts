/** What the hub asks about topics, of whoever knows their names, options and policies. */
import type { SlowRule } from '../outbound/slow-rule.js';
import type { Session } from '../session/session.js';

export interface TopicRules {
  /** @throws {RpcError} InvalidParams for a name that no topic can have */
  checkName(topic: string): void;
  /** What may happen to a push at slow readers. @param topic absent for a push to sessions or users */
  slowRuleOf(topic: string | undefined, method: string, params: unknown): SlowRule | undefined;
  /** Asks the topic policies again. @returns the topics that the session has left */
  review(session: Session): Promise<readonly string[]>;
}
