/** Marks a method of a provider as the judge of who may listen to which topics. */
import { SetMetadata } from '@nestjs/common';
import type { Principal } from '../session/principal.js';
import type { Session } from '../session/session.js';

export const TOPIC_POLICY_METADATA = 'nestjs-realtime:topic-policy';

/** What a policy is asked. */
export interface TopicRequest {
  readonly session: Session;
  /** Who asks; null for a session that has not signed in. */
  readonly principal: Principal | null;
  readonly topic: string;
  /** What each `*` of the pattern stands for: `room:*` and `room:42` give `['42']`. */
  readonly wildcards: readonly string[];
}

/**
 * The method gets a {@link TopicRequest} and answers true or false, at once, as a promise or as an Observable; it may also
 * throw an RpcError or an HttpException to refuse with a reason of its own. If several patterns match a topic, all must agree.
 * @param pattern `*` stands for one or more characters
 */
export function TopicPolicy(pattern: string): MethodDecorator {
  return SetMetadata(TOPIC_POLICY_METADATA, pattern);
}
