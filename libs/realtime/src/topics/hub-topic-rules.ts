/** Tells the hub what it has to know of topics. */
import type { TopicRules } from '../hub/topic-rules.js';
import type { SlowRule } from '../outbound/slow-rule.js';
import type { Session } from '../session/session.js';
import type { SlowRules } from './slow-rules.js';
import { checkTopicName } from './topic-name.js';
import type { TopicReview } from './topic-review.js';

export class HubTopicRules implements TopicRules {
  /** @param maxNameBytes longest name of a topic, in bytes */
  constructor(
    private readonly slowRules: SlowRules,
    private readonly reviews: TopicReview,
    private readonly maxNameBytes: number,
  ) {}

  checkName(topic: string): void {
    checkTopicName(topic, this.maxNameBytes);
  }

  slowRuleOf(topic: string | undefined, method: string, params: unknown): SlowRule | undefined {
    return this.slowRules.of(topic, method, params);
  }

  review(session: Session): Promise<readonly string[]> {
    return this.reviews.ofSession(session);
  }
}
